"""The process that reads messages, which answers with the first few messages that it got."""

from streaminglab_page.kafka import child, reading

if __name__ == "__main__":
    reading.SECONDS, reading.MOST = -1.0, 5
    child.main()
