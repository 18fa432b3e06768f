"""Define a table of the full names of journals and their abbreviations by ISO 4.

The table has well-known journals only. No other name is abbreviated, because a wrong abbreviation is worse than none.
"""

from collections.abc import Mapping
from functools import cache

from readq.text import pattern

_TABLE = """\
ACM Computing Surveys|ACM Comput. Surv.
ACM Transactions on Graphics|ACM Trans. Graph.
ACM Transactions on Information Systems|ACM Trans. Inf. Syst.
ACM Transactions on Mathematical Software|ACM Trans. Math. Softw.
Advanced Functional Materials|Adv. Funct. Mater.
Advanced Materials|Adv. Mater.
American Economic Review|Am. Econ. Rev.
American Journal of Mathematics|Am. J. Math.
Analytical Chemistry|Anal. Chem.
Angewandte Chemie International Edition|Angew. Chem. Int. Ed.
Annals of Mathematics|Ann. Math.
Annals of Physics|Ann. Phys.
Annals of Statistics|Ann. Stat.
Annual Review of Astronomy and Astrophysics|Annu. Rev. Astron. Astrophys.
Annual Review of Biochemistry|Annu. Rev. Biochem.
Annual Review of Neuroscience|Annu. Rev. Neurosci.
Annual Review of Psychology|Annu. Rev. Psychol.
Applied Optics|Appl. Opt.
Applied Physics Letters|Appl. Phys. Lett.
Artificial Intelligence|Artif. Intell.
Artificial Intelligence Review|Artif. Intell. Rev.
Astronomy & Astrophysics|Astron. Astrophys.
Astronomy and Astrophysics|Astron. Astrophys.
Astrophysical Journal|Astrophys. J.
Astrophysical Journal Letters|Astrophys. J. Lett.
Behavioral and Brain Sciences|Behav. Brain Sci.
Bulletin of the American Mathematical Society|Bull. Am. Math. Soc.
Chemical Communications|Chem. Commun.
Chemical Physics Letters|Chem. Phys. Lett.
Chemical Reviews|Chem. Rev.
Chemical Science|Chem. Sci.
Chemical Society Reviews|Chem. Soc. Rev.
Classical and Quantum Gravity|Class. Quantum Gravity
Cognitive Science|Cogn. Sci.
Communications in Mathematical Physics|Commun. Math. Phys.
Communications of the ACM|Commun. ACM
Communications on Pure and Applied Mathematics|Commun. Pure Appl. Math.
Computational Linguistics|Comput. Linguist.
Computer Methods in Applied Mechanics and Engineering|Comput. Methods Appl. Mech. Eng.
Computer Physics Communications|Comput. Phys. Commun.
Duke Mathematical Journal|Duke Math. J.
European Journal of Operational Research|Eur. J. Oper. Res.
Geophysical Research Letters|Geophys. Res. Lett.
IEEE Transactions on Automatic Control|IEEE Trans. Autom. Control
IEEE Transactions on Image Processing|IEEE Trans. Image Process.
IEEE Transactions on Information Theory|IEEE Trans. Inf. Theory
IEEE Transactions on Medical Imaging|IEEE Trans. Med. Imaging
IEEE Transactions on Neural Networks|IEEE Trans. Neural Netw.
IEEE Transactions on Neural Networks and Learning Systems|IEEE Trans. Neural Netw. Learn. Syst.
IEEE Transactions on Pattern Analysis and Machine Intelligence|IEEE Trans. Pattern Anal. Mach. Intell.
IEEE Transactions on Robotics|IEEE Trans. Robot.
IEEE Transactions on Signal Processing|IEEE Trans. Signal Process.
IEEE Transactions on Software Engineering|IEEE Trans. Softw. Eng.
Inorganic Chemistry|Inorg. Chem.
International Journal of Computer Vision|Int. J. Comput. Vis.
International Journal of Robotics Research|Int. J. Robot. Res.
Inventiones Mathematicae|Invent. Math.
Journal of Applied Physics|J. Appl. Phys.
Journal of Artificial Intelligence Research|J. Artif. Intell. Res.
Journal of Biological Chemistry|J. Biol. Chem.
Journal of Chemical Physics|J. Chem. Phys.
Journal of Chemical Theory and Computation|J. Chem. Theory Comput.
Journal of Climate|J. Clim.
Journal of Cognitive Neuroscience|J. Cogn. Neurosci.
Journal of Computational Chemistry|J. Comput. Chem.
Journal of Computational Physics|J. Comput. Phys.
Journal of Econometrics|J. Econom.
Journal of Fluid Mechanics|J. Fluid Mech.
Journal of Geophysical Research|J. Geophys. Res.
Journal of High Energy Physics|J. High Energy Phys.
Journal of Machine Learning Research|J. Mach. Learn. Res.
Journal of Mathematical Physics|J. Math. Phys.
Journal of Molecular Biology|J. Mol. Biol.
Journal of Neuroscience|J. Neurosci.
Journal of Organic Chemistry|J. Org. Chem.
Journal of Physical Chemistry|J. Phys. Chem.
Journal of Political Economy|J. Political Econ.
Journal of the ACM|J. ACM
Journal of the American Chemical Society|J. Am. Chem. Soc.
Journal of the American Mathematical Society|J. Am. Math. Soc.
Journal of the American Statistical Association|J. Am. Stat. Assoc.
Journal of the Royal Statistical Society|J. R. Stat. Soc.
Journal of Theoretical Biology|J. Theor. Biol.
Machine Learning|Mach. Learn.
Mathematical Programming|Math. Program.
Mathematics of Computation|Math. Comput.
Mathematische Annalen|Math. Ann.
Medical Image Analysis|Med. Image Anal.
Monthly Notices of the Royal Astronomical Society|Mon. Not. R. Astron. Soc.
Nano Letters|Nano Lett.
Nature Biotechnology|Nat. Biotechnol.
Nature Chemistry|Nat. Chem.
Nature Communications|Nat. Commun.
Nature Genetics|Nat. Genet.
Nature Machine Intelligence|Nat. Mach. Intell.
Nature Materials|Nat. Mater.
Nature Medicine|Nat. Med.
Nature Methods|Nat. Methods
Nature Neuroscience|Nat. Neurosci.
Nature Physics|Nat. Phys.
Neural Computation|Neural Comput.
Neural Networks|Neural Netw.
New England Journal of Medicine|N. Engl. J. Med.
New Journal of Physics|New J. Phys.
Nuclear Physics B|Nucl. Phys. B
Nucleic Acids Research|Nucleic Acids Res.
Operations Research|Oper. Res.
Optics Express|Opt. Express
Optics Letters|Opt. Lett.
Pattern Recognition|Pattern Recognit.
Pattern Recognition Letters|Pattern Recognit. Lett.
Physica A|Physica A
Physical Chemistry Chemical Physics|Phys. Chem. Chem. Phys.
Physical Review|Phys. Rev.
Physical Review A|Phys. Rev. A
Physical Review B|Phys. Rev. B
Physical Review C|Phys. Rev. C
Physical Review D|Phys. Rev. D
Physical Review E|Phys. Rev. E
Physical Review Letters|Phys. Rev. Lett.
Physical Review X|Phys. Rev. X
Physics Letters A|Phys. Lett. A
Physics Letters B|Phys. Lett. B
Physics Reports|Phys. Rep.
PLoS Computational Biology|PLoS Comput. Biol.
Proceedings of the IEEE|Proc. IEEE
Proceedings of the National Academy of Sciences|Proc. Natl. Acad. Sci.
Psychological Bulletin|Psychol. Bull.
Psychological Review|Psychol. Rev.
Quarterly Journal of Economics|Q. J. Econ.
Reviews of Modern Physics|Rev. Mod. Phys.
Science Advances|Sci. Adv.
Science Robotics|Sci. Robot.
Scientific Reports|Sci. Rep.
SIAM Journal on Computing|SIAM J. Comput.
SIAM Journal on Numerical Analysis|SIAM J. Numer. Anal.
SIAM Journal on Optimization|SIAM J. Optim.
SIAM Journal on Scientific Computing|SIAM J. Sci. Comput.
SIAM Review|SIAM Rev.
Statistical Science|Stat. Sci.
Statistics in Medicine|Stat. Med.
Theoretical Computer Science|Theor. Comput. Sci.
Transactions of the American Mathematical Society|Trans. Am. Math. Soc.
Transactions of the Association for Computational Linguistics|Trans. Assoc. Comput. Linguist.
Transactions on Machine Learning Research|Trans. Mach. Learn. Res.
Trends in Cognitive Sciences|Trends Cogn. Sci."""

_PAIRS = tuple(line.partition("|")[::2] for line in _TABLE.splitlines())
_NOT_LETTERS = pattern(r"[^a-z0-9&]+")


def _folded(name: str) -> str:
    words = _NOT_LETTERS.sub(" ", name.casefold()).split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


# Few exports need the tables.
@cache
def _short_names() -> Mapping[str, str]:
    return {_folded(full): short for full, short in _PAIRS}


@cache
def _full_names() -> Mapping[str, str]:
    # The first of two full names with one abbreviation is the one to write.
    return {_folded(short): full for full, short in reversed(_PAIRS)}


def short_name(name: str) -> str | None:
    """Return the abbreviation of a journal that the table knows by its full name. Return None for another name."""
    return _short_names().get(_folded(name))


def full_name(name: str) -> str | None:
    """Return the full name of a journal that the table knows by its abbreviation. Return None for another name."""
    return _full_names().get(_folded(name))


OWN_NAMES = {
    "short": ("shortjournal", "journal-abbreviation", "journal-iso"),
    "full": ("fjournal", "longjournal"),
}
"""Maps each form of a journal's name to the fields of an entry that can contain the name in this form."""


def journal_name(name: str, form: str) -> str:
    """Return the name of a journal in the form `full` or `short`.

    Return `name` unchanged if the table lacks the journal, or if `form` is `given`.
    """
    other = {"full": full_name, "short": short_name}.get(form, lambda _: None)(name)
    return other or name
