"""Slack as an entry: what people do there comes in, one use case does it, the answer goes back.

payloads    what Slack sends, as an `Interaction`
receiver    keeps it once, answers in time, hands it to the dispatcher
dispatch    one table: which handler is for which button, modal, command or event
answers     what a handler can answer, and how that reaches the person
http, socket_mode: the two ways by which things come in
"""
