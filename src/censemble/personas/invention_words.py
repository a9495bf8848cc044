"""Lists of English words by which inventions are told from what any text says."""

from __future__ import annotations

from censemble.personas.text_words import stems_of

KINDS = {
    "family": stems_of(
        "husband wife spouse partner boyfriend girlfriend fiance son daughter child children kid kids baby toddler "
        "teenager mother father parent parents mom dad brother sister sibling grandson granddaughter grandchild "
        "grandchildren grandmother grandfather grandparent aunt uncle cousin nephew niece roommate flatmate"
    ),
    "occupation": stems_of(
        "nurse teacher engineer doctor lawyer manager accountant programmer developer designer artist writer cashier "
        "clerk mechanic electrician plumber carpenter chef cook waiter waitress farmer scientist researcher professor "
        "consultant salesman saleswoman secretary technician librarian entrepreneur executive student soldier officer "
        "analyst pharmacist"
    ),
    "attitude": stems_of(
        "enjoy love like prefer value dislike hate passionate proud happy content comfortable busy quiet hope dream "
        "worry hobby dedicated active independent friendly loyal convenient convenience healthy"
    ),
    "possession": stems_of(
        "dog cat pet garden laptop computer smartphone phone boat truck motorcycle scooter pool television"
    ),
}
COMMON = stems_of(
    "a an the and or but so of in to with without is are was were be been being has have had do does did on at by for "
    "from as into out up down over about around this that these those it its they them their she he her his him hers "
    "himself herself themselves who whom whose which where when while also still often just only own very more most "
    "some any all each every both one two there here than then such not no nor person man woman people resident "
    "individual adult life live lives year years old age day time home house household family member members make "
    "makes made get gets go goes going take takes keep keeps use uses spend spends mostly usually typically need needs "
    "can will would well alone together includes include including total"
)
OPENINGS = stems_of(
    "a an the she he her his they their this that these those it its at in on as with for from by to of there here "
    "when while after before during despite although though however even if and but or so also both each every most "
    "some all no not being having living working overall additionally once twice since until what whether women men "
    "woman man people"
)
VERBS = stems_of("is was lives works has drives owns enjoys walks takes and resides spends gets who cycles a")
