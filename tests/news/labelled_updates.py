"""Updates and repeats labelled by a person before the rules were tried on them.

The guide: an UPDATE says of the event what no sentence told before says or implies: a number that grew, a new actor, a step
taken (arrested, signed, called off), a date set, a cause named, words spoken. A REPEAT says what was told in other words, in
another order, with less in it, with a number rounded in the same way or its unit written otherwise, or with a day of the
week for "yesterday"; praise, suspense and background that is common knowledge are no news.
Each story: language, what was told, its updates, its repeats.
"""

MORE = {
    "ferry": (
        "en",
        (
            "A ferry with 312 passengers ran aground off the island of Samos on Saturday morning. The coast guard rescued everyone "
            "on board. The captain blamed a failure of the steering gear."
        ),
        [
            "Prosecutors charged the captain, Nikos Pappas, with endangering shipping.",
            "Divers found a crack of four metres in the hull.",
            "About 20 tonnes of fuel leaked into the sea, the ministry said.",
            "The ferry company suspended two other ships of the same type.",
            "A tugboat from Piraeus will pull the ferry free on 14 June.",
        ],
        [
            "All 312 passengers were rescued after the ferry ran aground off Samos.",
            "A failure of the steering gear was to blame, according to the captain.",
            "The coast guard brought everyone on board to safety on Saturday.",
            "Everyone on board the ferry that ran aground near the island is safe.",
        ],
    ),
    "bank": (
        "en",
        (
            "Regulators closed Northbridge Bank on Friday after customers withdrew $4 billion in a day. Deposits up to $250,000 are "
            "insured. The bank's shares had lost 60 percent within a week."
        ),
        [
            "Harbour Trust will take over the deposits and 40 branches of Northbridge Bank.",
            "The finance minister Clara Voss ruled out a rescue with public money.",
            "Two executives sold shares shortly before the collapse, filings show.",
            "All deposits are guaranteed, the treasury announced on Sunday evening.",
            "Shares of three regional lenders fell by a fifth when trading opened.",
        ],
        [
            "Customers had withdrawn 4 billion dollars within one day before the regulators closed the bank.",
            "The bank was closed by regulators on Friday after a run by customers.",
            "Insurance covers deposits of up to 250,000 dollars.",
            "Within a week the shares of Northbridge Bank had lost 60% of their value.",
        ],
    ),
    "vaccine": (
        "en",
        (
            "The health agency approved a malaria vaccine made by Oxbridge Biotech on Tuesday. It protected 75 percent of children in a "
            "trial in Ghana and Kenya. A dose costs about three dollars."
        ),
        [
            "The first 500,000 doses will arrive in Accra in October.",
            "A foundation promised to pay for vaccinations in eleven countries.",
            "Protection wanes after two years, researchers reported in The Lancet.",
            "Nigeria postponed its approval and asked for further data.",
        ],
        [
            "In a trial in Kenya and Ghana, the vaccine protected 75% of children.",
            "The vaccine against malaria by Oxbridge Biotech was approved on Tuesday by the health agency.",
            "One dose of the vaccine costs about $3.",
        ],
    ),
    "mine": (
        "ru",
        (
            "На шахте в Кемеровской области в четверг произошёл взрыв метана. Под землёй находились 46 горняков, 38 подняты на "
            "поверхность. Губернатор Сергей Цивилёв выехал на место."
        ),
        [
            "Спасатели нашли тела пятерых погибших горняков.",
            "Директор шахты задержан по подозрению в нарушении правил безопасности.",
            "Поиски прекращены из-за угрозы нового взрыва.",
            "Семьям погибших выплатят по два миллиона рублей.",
        ],
        [
            "Взрыв метана произошёл на шахте в Кемеровской области в четверг.",
            "На поверхность подняты 38 из 46 горняков, находившихся под землёй.",
            "Губернатор Цивилёв выехал на место взрыва.",
        ],
    ),
    "flood": (
        "de",
        (
            "Nach starkem Regen ist die Ahr in der Nacht zum Mittwoch über die Ufer getreten. In Altenahr wurden 200 Menschen in "
            "Sicherheit gebracht. Die Bahnstrecke nach Bonn ist gesperrt."
        ),
        [
            "In Sinzig starb ein 67 Jahre alter Mann in seinem überfluteten Keller.",
            "Die Landesregierung stellt zehn Millionen Euro Soforthilfe bereit.",
            "Meteorologen erwarten am Freitag weitere Gewitter im Rheinland.",
            "Die Brücke in Rech ist eingestürzt.",
        ],
        [
            "In Altenahr brachten Helfer 200 Menschen in Sicherheit.",
            "Die Strecke der Bahn nach Bonn ist nach dem starken Regen gesperrt.",
            "Die Ahr trat in der Nacht zum Mittwoch nach Regen über die Ufer.",
        ],
    ),
    "pension": (
        "fr",
        (
            "Le gouvernement a présenté mardi sa réforme des retraites. L'âge légal passera de 62 à 64 ans d'ici 2030. Les syndicats "
            "appellent à la grève le 19 janvier."
        ),
        [
            "Plus d'un million de personnes ont défilé dans les rues, selon la police.",
            "La Première ministre Élisabeth Borne se dit prête à des concessions sur les carrières longues.",
            "Le Conseil constitutionnel a censuré l'article sur l'index des seniors.",
            "Les raffineries sont bloquées et l'essence manque en Normandie.",
        ],
        [
            "Les syndicats ont appelé à une grève pour le 19 janvier.",
            "L'âge légal de la retraite passera de 62 ans à 64 ans en 2030.",
            "Mardi, la réforme des retraites a été présentée par le gouvernement.",
        ],
    ),
    "trial": (
        "es",
        (
            "El tribunal de Sevilla condenó el lunes a doce años de prisión al exalcalde Javier Molina por corrupción. Molina cobró "
            "comisiones por contratos de basura. Su abogado recurrirá la sentencia."
        ),
        [
            "El exalcalde ingresó en la cárcel de Morón esta mañana.",
            "La empresa Limpiasur devolverá nueve millones de euros al ayuntamiento.",
            "El Tribunal Supremo anuló la condena por falta de pruebas.",
            "La fiscalía investiga también a dos concejales de Huelva.",
        ],
        [
            "Javier Molina, exalcalde, fue condenado a 12 años de prisión por corrupción.",
            "El abogado de Molina anunció que recurrirá la sentencia.",
            "Por los contratos de basura, Molina cobró comisiones.",
        ],
    ),
    "airport": (
        "ar",
        "أغلقت السلطات مطار الخرطوم يوم السبت بعد اشتباكات عنيفة. وقالت وزارة الصحة إن 56 شخصا قتلوا. ودعا الأمين العام إلى وقف إطلاق النار.",
        [
            "وافق الطرفان على هدنة لمدة 72 ساعة تبدأ مساء الاثنين.",
            "أجلت فرنسا رعاياها على متن طائرتين عسكريتين إلى جيبوتي.",
            "ارتفع عدد القتلى إلى 180 شخصا بحسب الأمم المتحدة.",
        ],
        [
            "قالت وزارة الصحة إن 56 شخصا قتلوا في الاشتباكات.",
            "دعا الأمين العام إلى وقف إطلاق النار بعد اشتباكات عنيفة في الخرطوم.",
        ],
    ),
    "summit": (
        "zh",
        "两国领导人周四在日内瓦举行会谈。双方同意恢复大使级关系。会谈持续了三个小时。",
        ["双方将于9月在维也纳再次会晤。", "两国签署了一份价值20亿美元的能源协议。"],
        ["双方同意恢复大使级关系。", "领导人的会谈周四在日内瓦举行。"],
    ),
}

HELD_OUT = {
    "bridge": (
        "en",
        (
            "A road bridge over the river Tamar collapsed on Monday evening near Saltford. Four cars fell into the water. The fire "
            "brigade pulled six people from the river, the council said."
        ),
        [
            "A seventh person was found dead on Tuesday, police said.",
            "The council had been warned in 2019 that two pillars were cracked.",
            "An army unit will put up a temporary bridge by 2 April.",
            "The engineer Paula Hendry, who inspected the bridge, was suspended.",
        ],
        [
            "Six people were pulled from the river by the fire brigade after the road bridge collapsed.",
            "At 19:45 on Monday evening the road bridge over the Tamar near Saltford collapsed and four cars fell into the water.",
            "Four cars had fallen into the river Tamar when the bridge collapsed on Monday, 20 March.",
        ],
    ),
    "merger": (
        "en",
        (
            "The airline Norvia will buy its rival Eastjet for 1.8 billion euros, both companies said on Wednesday. The "
            "regulators in Brussels have to approve the purchase. Eastjet has 64 aircraft."
        ),
        [
            "About 900 jobs at Eastjet will be cut within a year, unions were told.",
            "The chairman of Eastjet, Ruben Falk, resigns with immediate effect.",
            "Shareholders of Norvia will vote on the deal on 28 April.",
        ],
        [
            "Norvia buys Eastjet: the airline pays €1.8bn for its rival.",
            "The purchase of Eastjet, which has 64 aircraft, has to be approved by the regulators in Brussels.",
            "On Wednesday both companies said that Norvia “will buy its rival Eastjet for 1.8 billion euros”.",
        ],
    ),
    "blackout": (
        "ru",
        (
            "В Самаре в среду вечером произошло крупное отключение электричества. Без света остались 120 тысяч жителей. Причиной стала "
            "авария на подстанции, сообщили в мэрии."
        ),
        [
            "Электроснабжение полностью восстановлено к утру четверга.",
            "Прокуратура начала проверку компании «Самараэнерго».",
            "В больницах города перенесены все плановые операции.",
        ],
        [
            "Об этом сообщает ТАСС со ссылкой на мэрию Самары.",
            "Из-за аварии на подстанции в Самаре без света остались 120 тысяч жителей.",
            "Крупное отключение электричества произошло в Самаре вечером 15 марта.",
        ],
    ),
    "museum": (
        "de",
        (
            "Unbekannte haben in der Nacht zum Sonntag aus dem Museum in Manching einen Goldschatz gestohlen. Die 450 Münzen sind "
            "mehrere Millionen Euro wert. Zuvor war in der Stadt das Telefonnetz ausgefallen."
        ),
        [
            "Die Polizei nahm am Dienstag vier Verdächtige in Schwerin fest.",
            "Ein Teil der Münzen wurde eingeschmolzen, teilte die Staatsanwaltschaft mit.",
            "Das Museum bleibt bis zum 1. Juni geschlossen.",
        ],
        [
            "In der Nacht zum Sonntag wurde in Manching der Goldschatz aus dem Museum gestohlen.",
            "Die gestohlenen 450 Münzen sind mehrere Millionen Euro wert.",
        ],
    ),
    "heat": (
        "fr",
        (
            "La canicule a fait onze morts à Marseille depuis lundi. La préfecture a ouvert des salles climatisées. Météo-France "
            "maintient l'alerte rouge dans le sud du pays."
        ),
        [
            "Un incendie a détruit 300 hectares de forêt près d'Aubagne.",
            "Le maire Benoît Payan réclame l'annulation du marathon.",
            "Les écoles fermeront dès vendredi.",
        ],
        [
            "À Marseille, la canicule a fait 11 morts depuis lundi.",
            "L'alerte rouge est maintenue dans le sud du pays par Météo-France.",
        ],
    ),
}
"""Labelled by the same guide after the rules were set, and never used to set them."""
