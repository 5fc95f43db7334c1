"""The process that reads messages, which answers when it has read what it was asked for."""

from streaminglab_page.kafka import child, reading
from tests.patience import PATIENCE

if __name__ == "__main__":
    reading.SECONDS = reading.ALONE = PATIENCE
    child.main()
