"""The documentation says what is true: its commands, scripts, clicks and links are tried."""
