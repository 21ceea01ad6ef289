"""What must not come in: columns that name a person, and values that look like a number that does."""

from __future__ import annotations

import re
import unicodedata

# as written in exports of the national portal and of provinces, without marks, spaces and signs
_NAMES = (
    *("chuhoso", "madoituong", "dinhdanh", "trichyeu", "nguoixuly", "nguoinop", "nguoiyeucau", "hoten", "hovaten"),
    *("dienthoai", "email", "thudientu", "cccd", "cmnd", "cancuoc", "chungminh", "hochieu", "giaytotuythan"),
    *("diachi", "ngaysinh", "gioitinh", "quequan", "thuongtru", "noidungxuly"),
    *("phone", "fullname", "firstname", "lastname", "applicantname", "identitynumber", "passport"),
    *("address", "birthdate", "dateofbirth", "responsible", "resource"),
)
_WHOLE_NAMES = ("sdt", "sodt", "cmt", "name", "ten", "mobile")
# an identity number has 12 digits; a telephone number starts with 0 or 84; an e-mail address has an @
LOOKS_PERSONAL = r"(^|[^0-9.])([0-9]{12}|(0|\+?84)[0-9]{9})($|[^0-9.])|[^@\s]+@[^@\s]+\.[^@\s]+"


def is_personal(name: str) -> bool:
    """Tell whether a column's name says that it holds personal data, in Vietnamese (marks or not) or English."""
    bare = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    letters = re.sub(r"[^a-z0-9]", "", bare)
    return letters in _WHOLE_NAMES or any(known in letters for known in _NAMES)
