"""Find the words of a title that must keep their capitals in a bibliography style that prints titles in lower case.

In a title in sentence case (`Attention is all you need`), every capital after the first word belongs to the spelling of
its word, and must be kept. In a title in title case (`Attention Is All You Need`), only known names must keep their
capitals. The known names are listed in this module. They are names of languages, places, persons and products.
"""

from readq.text import pattern

_WORD = pattern(r"(?<![\\\w])[^\W\d_][\w+-]*")
# BibTeX and biblatex keep the capital of a word after a colon.
_AFTER_COLON = pattern(r":\s+[\"“‘'(`]*([^\W\d_][\w+-]*)")
# Shorter words are in lower case in titles of either kind.
_LONG_LOWER = pattern(r" ([a-zß-ÿ]{4,})")
_CAPITALISED = pattern(r"[A-ZÀ-Þ][a-zß-ÿ]+")
_NONE: frozenset[str] = frozenset()
_FUNCTION_WORDS = frozenset(
    "about above across after against along amid among around because before behind below beneath beside between "  # noqa: SIM905
    "beyond does down during each even every from have having here into just less like more most much near nearly "
    "onto over past rather should since some such than that their them then there these they this those through "
    "throughout till toward towards under unlike until upon using versus very were what when where whether which while "
    "whose will with within without would your always aber auch dans dass dein dem den der des dich die eine einem "
    "einen einer eines este esta haben ihre mais mehr mein meine nach nicht noch ohne oder para pour sans seine sich "
    "sind sobre sous über unter vers wenn werden wie wird zwischen".split()
)
_NAMES = frozenset(
    # Languages, peoples, continents, countries, and places.
    "Africa African Africans America American Americans Arab Arabic Arctic Antarctic Antarctica Argentina Asia "  # noqa: SIM905
    "Asian Atlantic Australia Australian Austria Austrian Bangladesh Basque Beijing Belgian Belgium Bengali "
    "Berlin Boston Brazil Brazilian Britain British Bulgarian California Canada Canadian Cantonese Catalan Chile "
    "Chilean Chinese Colombia Croatian Cuba Czech Danish Denmark Dutch Egypt Egyptian England English Estonian "
    "Ethiopia Europe European Europeans Finland Finnish France French German Germany Ghana Greece Greek Hebrew "
    "Hindi Hungarian Hungary Iceland Icelandic India Indian Indonesia Indonesian Iran Iranian Iraq Ireland Irish "
    "Israel Israeli Italian Italy Japan Japanese Kenya Korea Korean Kurdish Latin Latvian Lebanon Lithuanian "
    "London Malay Malaysia Mandarin Marathi Mediterranean Mexican Mexico Mongolian Morocco Nepal Netherlands "
    "Nigeria Nigerian Nordic Norway Norwegian Pacific Pakistan Palestinian Paris Persian Peru Peruvian "
    "Philippines Poland Portugal Portuguese Romania Romanian Russia Russian Sanskrit Scandinavian Scotland "
    "Scottish Serbian Shanghai Singapore Slavic Slovak Slovenian Somali Spain Spanish Swahili Sweden Swedish "
    "Swiss Switzerland Taiwan Tamil Tanzania Telugu Thai Thailand Tibetan Tokyo Turkish Uganda Ukraine Ukrainian "
    "Urdu Vietnam Vietnamese Wales Welsh Yoruba Zealand Zulu "
    # People after whom things are named.
    "Abelian Banach Bayes Bayesian Bellman Bernoulli Bessel Boltzmann Boolean Borel Bose Brownian Carlo Cartesian "
    "Cauchy Chebyshev Cholesky Chomsky Coulomb Cramer Darwin Darwinian Descartes Dirac Dirichlet Doppler Einstein "
    "Erdos Erdős Euclid Euclidean Euler Eulerian Fermi Feynman Fisher Fokker Fourier Frobenius Galerkin Galois "
    "Gauss Gaussian Gaussians Gibbs Gödel Grassmann Grassmannian Hadamard Hamilton Hamiltonian Hamming Hausdorff "
    "Hebbian Heisenberg Hermite Hermitian Hilbert Hopfield Huber Ising Itô Jacobi Jacobian Jensen Kalman "
    "Kantorovich Kepler Kolmogorov Krylov Kullback Lagrange Lagrangian Langevin Laplace Laplacian Lebesgue "
    "Legendre Leibler Levenshtein Lévy Lipschitz Lorentz Lorentzian Lyapunov Mahalanobis Markov Markovian Maxwell "
    "Mendelian Minkowski Monte Nash Navier Nesterov Newton Newtonian Noether Nyquist Nyström Pareto Parkinson "
    "Pearson Planck Poincaré Poisson Rademacher Rayleigh Ricci Riemann Riemannian Rényi Schrödinger Shannon "
    "Shapley Sinkhorn Sobolev Stokes Stirling Taylor Tikhonov Turing Vapnik Voronoi Wasserstein Weibull Wiener "
    "Wigner Alzheimer Cushing Hodgkin Huntington Kaposi Mendel Tourette "
    # Programs, companies, and what has one name only.
    "Android Bitcoin Coq Docker Earth Ethereum Facebook Fortran Freebase Google Haskell Instagram Internet Java "
    "Julia Jupiter Kinect Kubernetes Linux Mars Matlab Minecraft Perl Postgres Prolog Python Reddit Saturn "
    "Spotify Stackelberg Twitter Ubuntu Unix Venus Wikidata Wikipedia Yelp Zika Ebola January February April June "
    "July September October November December Monday Tuesday Wednesday Thursday Friday Saturday Sunday Christian "
    "Christianity Buddhist Hindu Islam Islamic Jewish Muslim Muslims Catholic Protestant".split()
)


def names_in(title: str) -> frozenset[str]:
    """Return the words of `title` that must keep their capitals, spelt as in the title.

    In a title in title case, these are the known names. In a title in sentence case, they are the known names and all
    other words with a capital. But the first word of the title, and the first word after a colon, are returned only if
    they are known names. A word with hyphens is one word.
    """
    # Most titles have no such word, so what is quick to see comes first.
    if title[1:].islower() or _has_capitals_only_at_beginnings(title):
        return _NONE
    capitalised = _CAPITALISED.findall(title)
    known = _NAMES.intersection(capitalised)
    is_sentence = _is_in_sentence_case(title, len(capitalised) - 1)
    if not (known or is_sentence):
        return _NONE
    words = _WORD.findall(title)
    found = {word for word in words if word in known or ("-" in word and not known.isdisjoint(word.split("-")))}
    if is_sentence:
        after_colon = _AFTER_COLON.findall(title) if ":" in title else ()
        found.update(word for word in words[1:] if word[0].isupper() and word not in after_colon)
    return frozenset(found)


def _has_capitals_only_at_beginnings(title: str) -> bool:
    """Return whether no word has a capital but the first one and those after a colon, and these are no known names."""
    for part in title.split(": "):
        if not part[1:].islower():
            return False
        first = _CAPITALISED.match(part)
        if first is not None and first[0] in _NAMES:
            return False
    return True


def _is_in_sentence_case(title: str, upper: int) -> bool:
    """Return whether at least half of the long words of a title begin with a small letter.

    `upper` is the number of long words with a capital.
    """
    lower = len([word for word in _LONG_LOWER.findall(title) if word not in _FUNCTION_WORDS])
    return lower > 0 and lower >= upper
