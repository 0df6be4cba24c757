"""What a native reader does where a damaged file asks for more memory than there is."""

import os

os.abort()
