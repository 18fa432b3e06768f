"""Recognise titles that do not identify a work: headings such as `Editorial`, and very short titles.

The functions take title keys. A title key is a title normalised for comparison by `readq.model.identifiers.title_key`.
"""

import functools
import re

_GENERIC = """
| abstract | abstracts | acknowledgement | acknowledgements | acknowledgment | acknowledgments | addenda | addendum
| advertisement | advertisements | afterword | announcement | announcements | annual report | appendices | appendix
| author index | author reply | authors reply | authors response | back matter | backmatter | bibliography
| board of directors | book notes | book received | book review | book reviews | books received | calendar
| calendar of events | call for papers | cartoon | chapter 1 | chronicle | classified ads | comment | commentaries
| commentary | comments | conclusion | conclusions | conference calendar | conference report | contents
| contributors | correction | corrections | correspondence | corrigenda | corrigendum | cover | cover image
| cover letter | cover picture | dear reader | dedication | discussion | editor in chief | editor's choice
| editor's comments | editor's introduction | editor's note | editorial | editorial announcement | editorial board
| editorial comments | editorial note | editorial policy | editorials | editors introduction | editors note
| epilogue | errata | erratum | events | expression of concern | foreword | from the editor | from the editors
| from the president | front cover | front matter | frontmatter | full issue | general | general information
| glossary | guest editorial | guest editors introduction | headnote | highlights | in brief | in memoriam
| in this issue | index | index of authors | index of subjects | indexes | info | information
| information for authors | instructions to authors | interview | introduction | introduction to the special issue
| introductory remarks | invited talk | invited talks | issue information | keynote | keynote address
| keynote speech | keynotes | letter | letter from the editor | letter to the editor | letters
| letters to the editor | list of abbreviations | list of contributors | list of figures | list of reviewers
| list of tables | masthead | meeting report | membership | message from the chair | message from the chairs
| message from the editor | message from the general chair | message from the program chair
| message from the program chairs | miscellaneous | miscellany | new books | news | news and notes | news and views
| news in brief | newsletter | not available | note | note from the editor | notes | notes and news
| notes on contributors | notice | notices | obituaries | obituary | opening | opening remarks | organization
| organizing committee | other | outlook | overview | panel | panel discussion | poster | posters | postface
| postscript | preamble | preface | preface to the second edition | preliminaries | preliminary | president's message
| proceedings
| program | program committee | programme | prologue | publications received | publisher's note | questions
| questions and answers | readme | recent publications | references | rejoinder | remarks | reminiscences | replies
| reply | reply to comment | report | reports | research highlights | response | responses | retraction
| retraction note | retractions | review | reviewer acknowledgement | reviewers | reviews | reviews of books
| short communication | short communications | short reports | special issue | special section | spotlight
| steering committee | subject and author index | subject index | suggestions | summary | supplement
| supplementary information | supplementary material | survey | symposium | table of contents | technical note
| technical program | technical report | thanks | thanks to reviewers | the editor's page | the editors page
| the president's column | this issue | this month | this week | title page | to the editor | to the reader
| tutorial | tutorials | untitled | update | updates | viewpoint | welcome | welcome message | word from the editor
| workshop | workshop report | workshops | year in review
| avant-propos | bibliographie | bloc-notes | calendrier | chronique | chroniques | commentaire | commentaires
| compte rendu | comptes rendus | conclusion générale | correspondance | courrier des lecteurs
| discussion générale | dédicace | editorial de la rédaction | en bref | entretien | glossaire | index des auteurs
| introduction générale | lettre | lettre à la rédaction | lettres | liminaire | note de lecture | notes de lecture
| nouvelles | nécrologie | postface | prologue | préambule | préface | présentation | recensions | rectificatif
| remerciements | réponse | résumé | résumés | sommaire | table des matières | éditorial | éphémérides | épilogue
| abbildungsverzeichnis | anhang | anmerkungen | antwort | ausblick | berichtigung | berichtigungen | besprechung
| besprechungen | buchbesprechung | buchbesprechungen | danksagung | einführung | einleitung | erwiderung | fazit
| geleitwort | glossar | grusswort | grußwort | impressum | inhalt | inhaltsverzeichnis | kommentar | korrektur
| korrigendum | leserbrief | leserbriefe | literatur | literaturverzeichnis | mitteilung | mitteilungen
| nachrichten | nachruf | nachrufe | nachwort | namensregister | personalia | register | replik | rezension
| rezensionen | sachregister | schluss | schlusswort | stichwortverzeichnis | tagungsbericht | termine | titelei
| veranstaltungen | verzeichnis der autoren | vorbemerkung | vorrede | vorwort | widmung | zu diesem heft
| zusammenfassung
| agradecimientos | anexo | apéndice | bibliografía | carta | carta al director | carta al editor
| carta del editor | cartas | cartas al director | cartas al editor | comentario | comentarios | conclusiones
| contenido | corrección | correspondencia | créditos | dedicatoria | discusión | editorial invitado | entrevista
| epílogo | fe de errata | fe de erratas | glosario | introducción | libros | necrológica | nota editorial
| noticias | obituario | palabras preliminares | prefacio | presentación | preámbulo | prólogo | reseña | reseñas
| respuesta | resumen | resúmenes | sumario | índice | índice general
| agradecimentos | apresentação | apêndice | carta ao editor | cartas ao editor | conclusão | conteúdo | correção
| correções | editorial convidado | entrevistas | expediente | introdução | nota do editor | notícias | posfácio
| prefácio | prólogo | resenha | resenhas | resposta | resumo | resumos | sumário
| abbreviazioni | appendice | bibliografia | commento | conclusioni | corrispondenza | discussione | editoriale
| errata corrige | indice | introduzione | lettera al direttore | lettere | lettere al direttore | necrologio
| notizie | postfazione | prefazione | premessa | presentazione | recensione | recensioni | ringraziamenti
| risposta | sommario
| boekbespreking | boekbesprekingen | brieven | inhoud | inhoudsopgave | inleiding | nawoord | rectificatie
| redactioneel | samenvatting | ten geleide | voorwoord | woord vooraf
| anmeldelse | anmeldelser | bokanmeldelser | esipuhe | forord | förord | indhold | indledning | inledning
| innehåll | innhold | innledning | johdanto | ledare | leder | pääkirjoitus | recension | recensioner | rettelse
| rättelse | sisällys
| doslov | obsah | od redakcji | oprava | predhovor | predslov | przedmowa | předmluva | předslov | recenze
| recenzie | recenzje | spis treści | sprostowanie | słowo wstępne | wprowadzenie | wstęp | zakończenie | úvod
| úvodník
| введение | вместо предисловия | вступ | заключение | зміст | исправление | к читателю | к читателям | некролог
| новости | оглавление | от редактора | от редакции | передмова | письма в редакцию | поправка | послесловие
| предисловие | рецензии | рецензия | содержание | хроника
| düzeltme | editörden | giriş | içindekiler | kitap eleştirisi | sunuş | önsöz
| あとがき | おわりに | はじめに | まえがき | 书评 | 前言 | 勘誤 | 勘误 | 卷首语 | 后记 | 导言 | 導言 | 巻頭言 | 序
| 序文 | 序言 | 序論 | 引言 | 後記 | 更正 | 書評 | 正誤表 | 特集にあたって | 目录 | 目次 | 目錄 | 索引 | 緒論
| 編者按 | 編集後記 | 绪论 | 编者按 | 訂正 | 권두언 | 머리말 | 목차 | 서론 | 서문 | 서평 | 정정 | 차례 | 편집후기
"""
_DIGITS = re.compile(r"[0-9]+")

DISTINCTIVE_LENGTH = 20
"""The minimum number of letters of a title that can identify a work. An ideograph counts as three letters."""


@functools.cache
def _generic_keys() -> frozenset[str]:
    # Not at the top: `identifiers` is imported by all that compares papers, the list of titles by few.
    from readq.model.identifiers import title_key

    keys = (_DIGITS.sub("", title_key(title)) for title in _GENERIC.replace("\n", " ").split("|"))
    return frozenset(key for key in keys if key)


def is_generic(key: str) -> bool:
    """Return whether the normalised title `key` is a heading that many works share, such as `Editorial`.

    Digits are ignored: `Vorwort 3` is generic, too.
    """
    # `Editorial 12/2003` is as generic as `Editorial`.
    return _DIGITS.sub("", key) in _generic_keys()


def is_distinctive(key: str) -> bool:
    """Return whether the normalised title `key` has at least DISTINCTIVE_LENGTH letters and is not generic."""
    length = len(key) if key.isascii() else sum(3 if char >= "\u2e80" else 1 for char in key)
    return length >= DISTINCTIVE_LENGTH and not is_generic(key)
