"""Short and pet forms of given names that are common in the United States, and their spellings."""

from collections import defaultdict

# Each line: names that one and the same person may go by. A short form can stand in many lines.
_SAME_PERSON = """
abigail abby abbie gail
abraham abe bram
adelaide addie heidi
agnes aggie nessa
albert al bert bertie
alberto beto
alejandro alex ale jandro
alexander alex alec sandy xander zander sasha
alexandra alex sandra sandy lexi lexie alexa sasha alix
alexis alex lexi
alfred al fred alf alfie freddie
alfredo fred fredo
alice allie ali alicia
allison alison allyson alyson allie ali
amanda mandy manda
amelia amy millie mia
andrea andi drea
andrew andy drew
angela angie angel
angelina angie lina
ann anne annie anna nan nancy ana
annabelle anna belle bella
annette anne annie netta
anthony tony ant
antonio tony tonio tono
antonia toni tonia
antoinette toni nettie
archibald archie
arnold arnie
arthur art artie
augustus gus august
augustine gus
barbara barb barbie babs bobbie
barnabas barney
bartholomew bart
beatrice bea trixie beatriz
belinda linda bel
benedict ben
benjamin ben benny benji
bernadette bernie detta
bernard bernie barney
bertha bertie
bethany beth
bradford brad
bradley brad
brandon brand
brenda bren
brian bryan bri
bridget biddy bridgette birdie
bronson bron
caitlin katelyn kaitlyn kaitlin caitlyn cait kate katie
calvin cal
cameron cam
candace candice candy
carlos charlie carlitos
carmen carmie
caroline carolyn carrie caro carol
cassandra cass cassie sandra
catherine katherine kathryn catharine katharine cathryn kate katie kathy cathy kat kit kitty kay
cecilia cecelia cece celia cissy
charles charlie chuck chas chip charley
charlotte charlie lottie char
chelsea chels
chester chet
christian chris
christina christine kristina kristine kristin kristen kirsten chris chrissy tina chrissie kris
christopher kristopher christoph chris kit topher kris
clara claire clare
clarence clare
claudia claudie
clayton clay
clement clem
clifford cliff
clifton cliff
clinton clint
constance connie
consuelo chelo connie
cornelius neil corny
courtney court
crystal krystal chris
curtis curt kurt
cynthia cindy cyndi
dale daley
daniel dan danny
danielle dani danny
darlene dar darla
darrell darryl daryl
david dave davey davy
deborah debra deb debbie debby
delores dolores lola dee
dennis denny den
desmond des
diana diane dianne di
dominic dominick dom nick
dominique dom nikki
donald don donny donnie
donna dona
dorothy dot dottie dolly dora dorothea thea
douglas doug
duncan dunc
dwayne duane wayne
edgar ed eddie
edith edie
edmund ed eddie ned ted
eduardo lalo ed eddie
edward ed eddie ned ted teddy
edwin ed eddie win
edwina winnie
eileen aileen
elaine lainie
eleanor elinor ellie nell nellie nora lenora elly
elijah eli lige
eliseo eli
elizabeth elisabeth liz lizzie beth betty betsy eliza bess bessie libby lisa liza ellie elsie
elliot elliott eliot
ellen ellie nell elena
eloise lois
elvira elvie
emanuel emmanuel manny manuel
emily em emmy emma
eric erik erick rick
erica erika ricki
ernest ernie
ernesto ernie neto
esperanza espe hope
esther essie hester
eugene gene
evangeline eva evie vangie
evelyn eve evie
ezekiel zeke
felicia fel
ferdinand ferdie
fernando nando
florence flo flossie florrie
frances fran fannie frankie francie franny francesca
francis frank frankie fran
francisca paca pancha frances
francisco frank paco pancho cisco kiko
franklin frank
frederick fredrick fred freddie fritz rick
gabriel gabe
gabriela gabriella gabby gaby gabrielle
gareth gary
gary garry
genevieve gen ginny eve
geoffrey jeffrey jeff geoff jeffery
george georgie
georgia georgie
georgina georgie gina
gerald gerry jerry
geraldine gerry jerry
gerard gerry jerry
gertrude gertie trudy
gilbert gil bert
gloria glo
gordon gordie
grace gracie
graciela chela grace
graham gray
gregory greg gregg
gretchen greta
griselda zelda
guadalupe lupe lupita
guillermo memo william
gustavo gus tavo
gwendolyn gwen wendy
hannah hanna anna
harold hal harry
harriet hattie harriett
harrison harry
heather hettie
hector tito
helen helena ellen nell lena elaine
henrietta hettie etta hank
henry hank harry hal
herbert herb bert
herman herm
hilary hillary
hortense tensie
howard howie
hubert hugh bert
humberto beto
ignacio nacho
immanuel manny
ira irie
irene rene
irving irv
isaac ike zac
isabel isabella isabelle izzy bella belle ysabel elizabeth
isaiah zay
isidore izzy
israel izzy
jacob jake jakob coby
jacqueline jackie jacquelyn jacky
jaime jamie jimmy
james jim jimmy jamie jem
jane janie jenny jan
janet jan
janice jan janis
jasmine jazz jasmin yasmin
jason jay jase
jean jeanie jeanne jeannie
jeanette janette jean nettie
jedidiah jed
jenna jen
jennifer jen jenny jenn jenni
jeremiah jerry jeremy
jeremy jem jerry jeremiah
jerome jerry
jesse jess
jessica jess jessie
jesus chuy
jill gillian
joan joanie jo
joanna joanne jo johanna joann
jocelyn joss
john johnny jack jon jean
jonathan jon johnny jonathon nathan
jose pepe joe
josefina fina josie pepa
joseph joe joey jo
josephine jo josie josy
joshua josh
joyce joy
juan juanito john
juana juanita
judith judy judi
julia julie jules
julian jules
juliana julie
justin jus
karen kari
karl carl
katrina kat trina
keith kit
kelly kelli kelley
kenneth ken kenny
kent ken
kevin kev
kimberly kim kimberley kimmy
kristi kristy christy christie
lafayette fate
lambert bert
laura laurie laurel lauren
lawrence laurence larry lars lawrie
leah lee
leland lee
leo leon
leonard len lenny leo leon
leonardo leo
leopold leo
leroy roy lee
leslie les lesley
lester les
leticia lettie letty tisha
levi lee
lewis louis lew lou
lillian lilian lily lil lilly
linda lindy lynn lin
lindsay lindsey linds
lloyd loyd
lorena lori
loretta lori etta retta
lorraine lori rainie
louis lou louie luis
louise lou louisa
lourdes lulu
lucas luke luc
lucille lucy lou
lucinda lucy cindy
lucy lucia
luis lou louis
lydia liddy
lynn lynne
mabel mae
mackenzie kenzie mac
madeline madeleine madelyn maddie
magdalena lena maggie magda
malcolm mal
manuel manny manolo
marcella marcy
marcia marsha marcy
marcus marc mark
margaret maggie meg peggy peg marge margie greta rita daisy margarita madge maisie
margarita rita margie
maria mary marie mari
maribel mari
marianne marian marion mary
marilyn mari lynn
marion mary
marjorie marge margie margery
mark marc marcus
martha marty mattie patty
martin marty
marvin marv
mary molly polly mae mamie marie
matilda tilly mattie maud
matthew mathew matt matty
maureen mo reenie
maurice morris morry mo
maxine max
maximilian max
maxwell max
megan meghan meagan meg
melanie mel
melinda mindy mel linda
melissa mel missy lissa
melvin mel
mercedes mercy
meredith merry
michael mike mickey mick mikey micah micheal
michaela mikayla makayla kayla
michelle michele shelly chelle mickey
miguel mike
mildred millie
millicent millie
milton milt
minerva minnie
miranda mandy randi
miriam mimi
mitchell mitch
mohammed mohamed muhammad mohammad mo
monica mona
montgomery monty
morgan mo
morton mort
moses moe mo
nadine dee
nancy nan
natalie nat talia nataly
natasha tasha
nathan nate nat
nathaniel nathanael nate nat nathan
neil neal
nelson nels
nicholas nicolas nick nicky nico klaus
nicole nikki nicki nicky
noel nole
nora norah
norbert bert norb
norma normie
norman norm
octavia tavia
olive ollie
oliver ollie
olivia liv livvy ollie
orlando lando
orville orv
oscar ozzie
oswald oz ozzie
otto ott
pamela pam pammy
patience pat
patricia pat patty patti tricia trish trisha
patrick pat paddy rick
paul paulie pablo
paula polly
paulina polly lina
pauline polly
pearl perlie
pedro peter
penelope penny
percival percy
peter pete
philip phillip phil pip
phillis phyllis
phoebe fee
priscilla cilla prissy
rachel rae rachael
rafael ralph rafa raphael
ramon ray moncho
randall randy rand
randolph randy
raul rulo
raymond ray
rebecca becky becca beck rebekah
regina gina reggie
reginald reggie reg
reuben ruben rube
rhonda ronda ronnie
ricardo rick ricky richard
richard rick dick ricky rich richie dickie
rita rheta
robert bob rob bobby robbie bert robby
roberta bobbie robbie bert
roberto beto rob robert
robin robyn
roderick rod rick roddy
rodney rod
rodolfo rudy fito
rodrigo rod rigo
roger rodge
roland rollie
ronald ron ronnie ronny
rosa rose rosie rosita
rosalind roz rosie
rosalie rose rosie
rosario chayo charo
rosemary rosie rose romy
rosemarie rosie rose
roxanne roxie roxy
rudolph rudy rolf
rufus rufe
russell russ rusty
ruth ruthie
ryan rye
sabrina brina
sally sal sarah
salvador sal chava
salvatore sal
samantha sam sammie
samson sam
samuel sam sammy
sandra sandy
santiago jim tiago chago
sarah sara sally sadie
savannah savanna vannah
scott scotty
sean shawn shaun shane
sebastian seb bastian
sergio checo
seth sethie
seymour sy
shannon shan
sharon shari sherry
sheila sheilah
shelby shel
sheldon shel shelly
sherman sherm
shirley shirl
sidney sydney sid syd
silvester sylvester sly
simon si
sofia sophia sophie
solomon sol
sonia sonya sunny
stacy stacey stacie
stanley stan
stella estella estela
stephanie steph stefanie steffi stevie
stephen steven steve stevie stephan
stewart stuart stu
susan sue susie suzie susanna susannah suzanne suzy
susana susy susie
sylvia silvia
tabitha tabby
tamara tammy tami tam
tanya tania
tatiana tanya tiana
taylor tay
teresa theresa terry tess tessa teri terri tracy resa
terrence terence terrance terry
thaddeus thad tad ted
theodora dora theo teddy
theodore theo ted teddy
thomas tom tommy thom
tiffany tiff tiffani
timothy tim timmy
tobias toby
todd tod
tracy tracey traci
travis trav
trevor trev
tristan tris
tyler ty
tyrone ty
ulysses lys
ursula ursie
valentina val tina
valerie val valeria
vanessa nessa
vernon vern
veronica ronnie roni vera vicky
vicente chente vince
victor vic
victoria vicky vicki tori vickie
vincent vince vinny vin
viola vi
violet vi lettie
virgil virge
virginia ginny ginger gina
vivian viv vivien vivienne
wallace wally
walter walt wally
wanda wandy
warren ren
wesley wes
wilbur will
wilfred will fred
wilhelmina mina minnie billie willa
willard will
william bill will billy willie liam willy
wilma billie
winifred winnie freddie
winston win
woodrow woody
xavier javier xavi javi
yolanda yoli
yvette evette
yvonne evonne
zachary zach zack zachariah zachery zac
"""


def _by_name() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in _SAME_PERSON.split("\n"):
        same = set(line.split())
        for name in same:
            found[name] |= same
    return {name: frozenset(same - {name}) for name, same in found.items()}


_NICKNAMES = _by_name()


def nicknames(word: str) -> frozenset[str]:
    """The other given names, folded, of one who goes by `word`."""
    return _NICKNAMES.get(word, frozenset())
