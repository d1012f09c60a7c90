"""The page as an array of colours."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from webagent_envs.page.page import Page

__all__ = ["picture_of"]


def picture_of(page: Page) -> NDArray[np.uint8]:
    """The viewport: (height, width, 3) bytes, red, green, blue.

    Raises:
        BrowserError: the page cannot be shown.
    """
    from PIL import Image  # slow to import, and rarely wanted

    with Image.open(io.BytesIO(page.screenshot())) as image:
        return np.asarray(image.convert("RGB"))
