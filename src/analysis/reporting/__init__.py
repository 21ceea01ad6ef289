"""Publishing: manifest → parameters checked → papermill → HTML, workbook and JSON → the site."""
