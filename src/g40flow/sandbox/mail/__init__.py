"""A mail server to practise on: it takes every mail, keeps it, and shows it; nothing leaves it."""

from g40flow.sandbox.mail.box import Fault, FaultKind, Mail, MailBox
from g40flow.sandbox.mail.receiver import MailReceiver

__all__ = ["Fault", "FaultKind", "Mail", "MailBox", "MailReceiver"]
