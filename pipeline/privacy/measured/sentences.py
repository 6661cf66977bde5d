"""Sentences into which values and names are planted, by language. Held out: never train a name model on these.

`{}` takes a value (with the words before it, where it needs some) or a name.
"""

from collections.abc import Mapping

#: Share of each language among planted sentences.
LANGUAGES: Mapping[str, float] = {"en": 0.55, "de": 0.15, "fr": 0.15, "hi": 0.15}

VALUES: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Follow-up agreed after the quarterly round; {} was written on the form.",
        "When we tidied the old folder, {} came up twice and belongs in no file.",
        "Please settle this with {} before the desk moves in spring.",
        "Summary of the talk:\n- goals unchanged\n- note to self: {}\n- next talk in autumn",
        "\u201cUse {}\u201d, the message said, and nothing else.",
        "The form lists {}; payroll has a different entry.",
        "Somebody scribbled {} into the margin (please strike).",
        "For the file, as dictated yesterday evening: {}.",
        "Onboarding is stuck because {} did not match what we were told.",
        "Left with reception: {}, to be handed over in the morning.",
        "We still have {} in the shared drive, which nobody should.",
        "The caller gave {} and hung up before we could ask anything else.",
        "Could you confirm {} by the end of the week?",
        "Until the migration is through, {} stays in the legacy screen.",
        "Two lines further down it says {}, in a different handwriting.",
        "After the audit we were asked to remove {} from all attachments.",
    ),
    "de": (
        "Nach dem Gespräch notiert: {} (bitte vertraulich behandeln).",
        "Im alten Ordner stand noch {}, das gehört dort nicht hin.",
        "Bitte {} im System nachtragen, danach ist der Vorgang fertig.",
        "Rückfrage aus der Buchhaltung zu {}; wer weiß mehr?",
        "Auf dem Zettel stand nur {} und sonst nichts.",
        "Wir haben {} versehentlich an den Verteiler geschickt.",
        "Es fehlt noch {}, sonst ist alles vollständig.",
        "Im Anhang finden sich {} und ein alter Vertrag.",
        "Gestern kam {} per Post zurück.",
        "Für die Akte: {}, bestätigt am Empfang.",
    ),
    "fr": (
        "À la fin de la réunion, on a noté {} sur le formulaire.",
        "Merci de vérifier {} avant la clôture du mois.",
        "Le dossier mentionne {} ; la paie indique autre chose.",
        "Il restait {} dans la marge, à effacer.",
        "On nous a transmis {} par courrier interne.",
        "Nous avons envoyé {} à la liste par erreur.",
        "Il manque encore {}, le reste est complet.",
        "La pièce jointe contient {} et un ancien contrat.",
        "Pour mémoire : {}, confirmé à l'accueil.",
        "Hier encore, {} figurait dans le tableau partagé.",
    ),
    "hi": (
        "बैठक के बाद {} लिखा गया।",
        "कृपया {} की जाँच कर लें, फिर फ़ाइल बंद करें।",
        "पुराने फ़ॉर्म में {} दर्ज था, उसे हटा दें।",
        "उन्होंने फ़ोन पर {} बताया और कुछ नहीं कहा।",
        "हमने गलती से {} पूरी सूची को भेज दिया।",
        "अभी भी {} बाकी है, बाकी सब पूरा है।",
        "ईमेल के साथ {} और एक पुराना अनुबंध था।",
        "कल तक {} साझा तालिका में दिख रहा था।",
        "रिकॉर्ड के लिए: {}, स्वागत कक्ष में पुष्टि हुई।",
    ),
}

PEOPLE: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Had a long walk with {} around the pond; mostly about what comes after the reorganisation.",
        "{} came up twice in the hand-over and belongs in no file.",
        "Please settle this with {} before the desk moves in spring.",
        "Attendees:\n- {}\n- two people from the vendor\n- nobody from facilities",
        "\u201cAsk {}\u201d, the message said, and nothing else.",
        "The retrospective went quiet once {} described what the night shift had been through.",
        "Thanks a lot, {}, that saved us the whole weekend!",
        "From what I gather {} would rather stay on the smaller team.",
        "Escalation of last Thursday: {} signed it off without reading the annex.",
        "Sent to {} with a copy to the works council.",
        "It was {} who noticed that the totals did not add up.",
        "Reviewed by {}; second pair of eyes still missing.",
    ),
    "de": (
        "Nach dem Gespräch mit {} bleibt die Vertretung im Herbst offen.",
        "{} hat die Übergabe vorbereitet und war am Ende sichtlich erleichtert.",
        "Laut {} reicht das Budget bis zum Sommer, danach wird es eng.",
        "Der Vorschlag kam von {} und fand sofort Zustimmung.",
        "Bitte die Schlüssel bei {} abholen, sonst bleibt das Lager zu.",
    ),
    "fr": (
        "On a revu les objectifs avec {} sans rien changer au calendrier.",
        "{} souhaite reprendre le dossier après les vacances d'été.",
        "Selon {}, la charge est redevenue supportable depuis le printemps.",
        "Un grand merci à {} pour la relecture de dernière minute.",
        "Le badge oublié a été rendu à {} hier soir.",
    ),
    "hi": (
        "बैठक के बाद {} ने नई सूची सबको भेज दी।",
        "पिछले हफ़्ते {} से बात हुई, वे अब संतुष्ट हैं।",
        "{} का सुझाव अच्छा था और टीम ने उसे मान लिया।",
        "अगली समीक्षा {} के साथ सोमवार को होगी।",
    ),
}
