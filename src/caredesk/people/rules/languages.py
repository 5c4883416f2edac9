"""Languages by their BCP 47 tags, as the desk names them."""

LANGUAGES: dict[str, str] = {
    "en": "English",
    "es": "Spanish",
    "zh": "Chinese (Mandarin)",
    "yue": "Chinese (Cantonese)",
    "vi": "Vietnamese",
    "tl": "Tagalog",
    "ar": "Arabic",
    "ko": "Korean",
    "ru": "Russian",
    "fr": "French",
    "ht": "Haitian Creole",
    "pt": "Portuguese",
    "de": "German",
    "hi": "Hindi",
    "pl": "Polish",
    "it": "Italian",
    "ur": "Urdu",
    "fa": "Persian",
    "ja": "Japanese",
    "gu": "Gujarati",
    "bn": "Bengali",
    "te": "Telugu",
    "ta": "Tamil",
    "pa": "Punjabi",
    "ne": "Nepali",
    "so": "Somali",
    "am": "Amharic",
    "sw": "Swahili",
    "hmn": "Hmong",
    "km": "Khmer",
    "lo": "Lao",
    "th": "Thai",
    "uk": "Ukrainian",
    "tr": "Turkish",
    "el": "Greek",
    "he": "Hebrew",
    "yi": "Yiddish",
    "nv": "Navajo",
    "ase": "American Sign Language",
}


def language_words(tag: str) -> str:
    """Spanish for "es" and for "es-MX"; a tag without a name here stays as it is."""
    return LANGUAGES.get(tag) or LANGUAGES.get(tag.partition("-")[0].lower()) or tag
