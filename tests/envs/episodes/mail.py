"""An inbox, and posts of a social network."""

import re

from tests.envs.episodes.player import Player, fails, passes, submit_at_once
from webagent_envs.spaces import Element

PLAIN = (
    "email-inbox", "email-inbox-delete", "email-inbox-forward", "email-inbox-important", "email-inbox-noscroll",
    "email-inbox-reply", "email-inbox-star-reply",
)  # fmt: skip
FREE_TEXT = ("email-inbox-forward-nl", "email-inbox-forward-nl-turk", "email-inbox-nl-turk")


def thread_of(p: Player, sender: str) -> Element:
    return next(e for e in p.all(marked="email-thread") if p.all(marked="email-sender", text=sender, inside=e))


def read_mail(p: Player, sender: str) -> None:
    p.click(marked="email-sender", text=sender, inside=thread_of(p, sender))


def reply(p: Player, sender: str, text: str) -> None:
    read_mail(p, sender)
    p.click(marked="email-reply")
    p.type(p.find(marked="reply-text"), text)
    p.click(marked="send-reply")


def forward(p: Player, sender: str, to: str) -> None:
    read_mail(p, sender)
    p.click(marked="email-forward")
    p.type(p.find(marked="forward-sender"), to)
    p.click(marked="send-forward")


@passes(*PLAIN)
def inbox(p: Player) -> None:
    sender = re.search(r"by (\w+)", p.said)[1]
    if "star" in p.said:
        p.click(marked="star", inside=thread_of(p, sender))
    elif "trash" in p.said:
        p.click(marked="trash", inside=thread_of(p, sender))
    elif "reply" in p.said:
        reply(p, sender, p.quoted()[0])
    else:
        forward(p, sender, re.search(r"forward that email to (\w+)", p.said)[1])


@passes(*FREE_TEXT)
def inbox_in_own_words(p: Player) -> None:
    fields = p.js("core.currentFields")
    task = fields.get("task", "forward")
    if task == "reply":
        reply(p, fields["by"], fields["message"])
    elif task == "forward":
        forward(p, fields["by"], fields["to"])
    else:
        p.click(marked={"delete": "trash", "star": "star"}[task], inside=thread_of(p, fields["by"]))


@fails(*PLAIN, *FREE_TEXT)
def nonsense_reply(p: Player) -> None:
    reply(p, p.find(marked="email-sender").text, "Nothing.")


# -- social

BUTTONS = {
    "Share via DM": "share", "Copy link to Tweet": "copy", "Embed Tweet": "embed", "Mute": "menu-user",
    "Block": "block-user", "Report": "report", "Reply": "reply", "Retweet": "retweet", "Like": "like",
    "Share": "share",
}  # fmt: skip


def posts(p: Player) -> tuple[list[Element], list[Element]]:
    """Posts of the user of the command, and of the others."""
    user = re.search(r"@[\w.]+", p.said)[0]
    mine, others = [], []
    for post in p.all(marked="media"):
        (mine if p.all(marked="username", text=user, inside=post) else others).append(post)
    return mine, others


def post_button(p: Player, post: Element) -> None:
    mark = BUTTONS[p.quoted()[0]]
    if mark not in ("reply", "retweet", "like"):
        p.click(marked="more", inside=post)
    p.click(marked=mark, inside=p.seen.element(post.ref))


@passes("social-media")
def on_a_post(p: Player) -> None:
    post_button(p, posts(p)[0][0])


@fails("social-media")
def on_another_post(p: Player) -> None:
    post_button(p, posts(p)[1][0])


@passes("social-media-all", "social-media-some")
def on_posts(p: Player) -> None:
    mine = posts(p)[0]
    amount = re.search(r"on (\d+) post", p.said)
    for post in mine[: int(amount[1])] if amount else mine:
        p.click(marked=BUTTONS[p.quoted()[0]], inside=post)
    p.submit()


fails("social-media-all", "social-media-some")(submit_at_once)
