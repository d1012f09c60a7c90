"""How a Chromium of our own is started."""

from __future__ import annotations

__all__ = ["FLAGS", "STILL_FLAGS"]

# Nothing here changes what a page looks like or does; the browser is kept quiet, off the network, and at full speed
# while it is not in front.
FLAGS = (
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,AutofillServerCommunication,"
    "CertificateTransparencyComponentUpdater,"
    "DeferRendererTasksAfterInput,PaintHolding",  # both would make what a page does depend on when it is drawn
    "--disable-hang-monitor",
    "--disable-ipc-flooding-protection",
    "--disable-popup-blocking",
    "--disable-prompt-on-repost",
    "--disable-renderer-backgrounding",
    "--disable-search-engine-choice-screen",
    "--disable-smooth-scrolling",  # how far it has come would depend on the moment
    "--disable-sync",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--lang=en-US",
    "--metrics-recording-only",
    "--mute-audio",
    "--password-store=basic",
    "--use-mock-keychain",
)
# Pages draw only when they are told to, and then all at once.
STILL_FLAGS = (
    "--enable-begin-frame-control",
    "--run-all-compositor-stages-before-draw",
    # most of an episode's code runs a few thousand times: to optimise it takes longer than it saves, but for loops
    "--js-flags=--invocation-count-for-maglev=10000 --invocation-count-for-turbofan=100000",
)
