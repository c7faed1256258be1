"""PDF through PDFium: opened, walked object by object, its text in reading orientation.

`pdfium` opens and closes; `pages` decides how closely each page is read; `textlayer` and `objects` read it;
`plumber` is the second opinion through pdfminer; `bombs` and `forms` refuse what would unpack or draw more than
memory holds.
"""
