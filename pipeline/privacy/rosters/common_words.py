"""Names that are words as well: alone they count as a name only with a capital letter or beside another name."""


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: English, German and French words (folded) that people are also called. A word that is missing here is masked too
#: often, never too seldom.
COMMON_WORDS = _listed(
    """
    amber angel april art august autumn banks baker bell berry best bill bird bishop black bond booth boss bright
    brook brooks brown buck bush butler carol carter case cash chance chase church clay cliff cole cook cooper cross
    dale dawn day dean destiny dolly drew duke earl early easter eve faith fern field fields fisher flint flora ford
    forest foster fox frank french gene ginger glen gold golden good grace grand grant gray green grey guy hall hand
    hardy harmony hart hazel heath heather high hill holly holmes hope house hunt hunter iris ivory ivy jack jade jay
    jasmine jet jewel josh joy june justice kerry king knight lake lance land lane lark lily little lives long love
    low lucky mace major mark marks marsh mason may melody mercy merry mike mill miller mills misty moon moss myth
    nick noble north olive page park parker parks pat patience pearl penny piper poe pool pope porter power price
    pride prince purity rain raven ray reed reeves reign rich rice rob robin rock rose rosemary round ruby rusty sage
    sail sandy savage scout sharp shepherd short singer skip sky small smart smith snow spring star steel stone storm
    strong sue summer summers sunday sunny swift tanner taylor temple terry tiger trinity troy turner van violet wade
    wait walker wall walls ward warden wells west white will willow winter winters wise wolf wood woods worth young
    alt blank frei fuchs gross grün jung klein kurz lang neu reich roth sommer stark weiss wild
    bon blanc dur fort gros jour lent marine noir petit roux vert
    deep raj
    das der den des dos the und von vom zum zur
    ash chuck del dev dom don dot fab kit mac mag mags mat max nan navi patty peg pip ram rod
    """
)

#: Parts of names that are never a name by themselves.
PARTICLES = _listed(
    "al abu and ben bin bint da das de del della den der des di do dos du el ibn la las le les los san the und van "
    "vom von zu zum zur"
)
