"""Names of nobody: given and family names of the demo practice's patients, by language."""

FAMILIES = {
    "en": """Abbott Alder Archer Bailey Barlow Beckett Birch Blackwood Boyd Bramley Brooks Calloway
        Carver Chandler Clayton Cole Conway Crane Dalton Drake Ellery Fairchild Farrow Fenwick
        Finch Fletcher Foster Gallagher Garner Goodwin Grady Hale Halloran Harlow Hartley Hawkins
        Hayes Holloway Huxley Ingram Jennings Kendall Kerr Lambert Langley Larkin Lockhart MacLeod
        Mallory Marlowe McAllister McKenna Mercer Merritt Monroe Nolan O'Brien O'Connell Oakes
        Osborne Palmer Parrish Pemberton Pierce Prescott Quinn Radcliffe Ramsey Redmond Rhodes
        Rowan Sawyer Sheridan Sinclair Stafford Sterling Sutton Tate Thatcher Thornton Turner
        Underwood Vance Wakefield Walsh Weaver Whitaker Wilder Winslow Wyatt Yates""",
    "es": """Aguilar Álvarez Arroyo Barrera Benítez Cabrera Calderón Castañeda Cervantes Contreras
        Delgado Domínguez Escobar Espinoza Fuentes Garza Guerrero Gutiérrez Herrera Ibarra Juárez
        Lozano Maldonado Márquez Meléndez Mendoza Montoya Núñez Ochoa Ordóñez Pacheco Peña
        Quintero Rentería Reyes Ríos Robles Salazar Santillán Sepúlveda Solís Soto Trujillo
        Urbina Valdez Vásquez Villanueva Zamora Zúñiga""",
    "vi": "Nguyễn Trần Lê Phạm Huỳnh Đặng Bùi Võ",
    "tl": "Bautista Dimaculangan Macaraeg Manalo Pangilinan Reyes Santos Villaruel",
    "zh": "Chen Huang Li Lin Wang Wu Zhang Zhou",
    "ar": "Al-Amin Barakat Darwish Haddad Khalil Mansour Nasser Shaheen",
    "so": "Abdi Ali Farah Hassan Hussein Mohamud Warsame Yusuf",
    "ru": "Antonova Belova Fedorova Kuznetsova Morozova Orlova Sokolova Volkova",
}

WOMEN = {
    "en": """Abigail Alice Amelia Beatrice Bridget Caroline Catherine Charlotte Clara Daphne Deborah
        Dorothy Eleanor Elizabeth Emily Esther Evelyn Frances Georgia Grace Hannah Harriet Helen
        Imogen Irene Isabel Jane Jennifer Josephine Joyce Judith Katherine Kathryn Laura Lillian
        Louise Lucy Lydia Margaret Martha Mary Matilda Miriam Nancy Nora Olive Pamela Patricia
        Penelope Phoebe Rachel Rebecca Rosemary Ruth Samantha Sarah Stella Susan Sylvia Theresa
        Victoria Violet Virginia Winifred""",
    "es": """Alejandra Alma Beatriz Carmen Catalina Consuelo Dolores Elena Esperanza Estela
        Francisca Gabriela Graciela Guadalupe Inés Isabel Josefina Leticia Lucía Luz Magdalena
        Marisol María Mercedes Paloma Pilar Rosario Silvia Soledad Teresa Ximena Yolanda""",
    "vi": "Hương Lan Linh Mai Ngọc Phương Thảo Trang",
    "tl": "Amihan Corazon Divina Ligaya Luzviminda Maricel Rosalinda Tala",
    "zh": "Fang Hui Jing Lan Mei Qing Xiuying Yan",
    "ar": "Amal Fatima Hala Layla Mariam Noor Salma Yasmin",
    "so": "Amina Asha Fadumo Halima Hodan Khadija Sagal Ubah",
    "ru": "Anna Galina Irina Larisa Natalia Olga Svetlana Tatiana",
}

MEN = {
    "en": """Albert Alexander Andrew Anthony Arthur Benjamin Bernard Calvin Charles Christopher
        Clarence Daniel David Desmond Edmund Edward Edwin Elliot Ernest Eugene Francis Frederick
        Gerald Gilbert Gordon Harold Henry Herbert Hugh Isaac James Jeffrey Jonathan Joseph Joshua
        Lawrence Leonard Lewis Malcolm Martin Matthew Michael Nathaniel Nicholas Oliver Oscar
        Patrick Peter Philip Raymond Richard Robert Samuel Simon Stanley Stephen Theodore Thomas
        Timothy Vincent Walter William""",
    "es": """Alejandro Alfonso Andrés Arturo Diego Eduardo Emilio Ernesto Esteban Felipe Fernando
        Francisco Guillermo Héctor Ignacio Javier Joaquín Jorge José Julián Leonardo Luis Manuel
        Miguel Pablo Rafael Ramón Raúl Ricardo Salvador Santiago Tomás""",
    "vi": "Anh Bình Dũng Hùng Khải Minh Quang Tuấn",
    "tl": "Benigno Crisanto Danilo Efren Isagani Renato Rodrigo Virgilio",
    "zh": "Bo Gang Haoran Jian Jun Lei Wei Yong",
    "ar": "Ahmad Bilal Hassan Ibrahim Karim Omar Samir Yusuf",
    "so": "Abdullahi Ahmed Farhan Ismail Liban Mahad Mohamed Said",
    "ru": "Alexei Boris Dmitri Ivan Mikhail Nikolai Sergei Yuri",
}

# How many of a hundred patients have names of each language.
SHARES = {"en": 58, "es": 24, "vi": 4, "tl": 4, "zh": 3, "ar": 3, "so": 2, "ru": 2}

# Russian family names above are a woman's; a man's lacks the last letter.
WOMENS_FAMILIES = ("ru",)

STREETS = """Acacia Alder Arroyo Bay Bluff Canyon Cedar Cypress Dove Elm Fern Fig Garnet Grove Heron
    Hillcrest Ivy Jacaranda Juniper Kestrel Laurel Linden Magnolia Mesa Mission Myrtle Oak Olive
    Orchard Palm Pepper Poplar Quail Redwood Ridge Sage Spruce Sunset Sycamore Terrace Valley
    Willow""".split()

CITIES = (
    ("San Diego", "CA", ("92101", "92103", "92104", "92110", "92116")),
    ("Chula Vista", "CA", ("91910", "91911")),
    ("La Mesa", "CA", ("91941", "91942")),
    ("National City", "CA", ("91950",)),
    ("Phoenix", "AZ", ("85004", "85006", "85014", "85016")),
    ("Tempe", "AZ", ("85281", "85282")),
)
