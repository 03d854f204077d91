"""The only room that knows Stanza: articles in; sentences, tokens and names out.

Processes that annotate come in by `batches`, and import nothing that only reading articles needs.
"""
