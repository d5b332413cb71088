"""report.html: a sweep on one page that needs no network, in English and Korean, light and dark.

Every text comes escaped: a hyperparameter's name and an exception's message are the user's, not the page's.

Used elsewhere: `bilingual_text`, `page`, `template`, `terminal_summary`, `throughput`.
Imports: `samplers`, `storage`, `trials`.
"""
