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
