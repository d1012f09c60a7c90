"""Projects and tasks for Label Studio: `python label_studio_data.py ADDRESS` (standard library only)."""

import json
import re
import sys
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

root = sys.argv[1]
CONFIG = (
    '<View><Text name="text" value="$text"/><Choices name="mood" toName="text"><Choice value="Positive"/>'
    '<Choice value="Negative"/><Choice value="Neutral"/></Choices></View>'
)
TASKS = [{"text": "The soup was cold."}, {"text": "Lovely place, friendly staff"}, {"text": "It is a restaurant."}]
cookies = CookieJar()
browser = build_opener(HTTPCookieProcessor(cookies))


def call(path, data):
    token = next(cookie.value for cookie in cookies if cookie.name == "csrftoken")
    headers = {"Content-Type": "application/json", "X-CSRFToken": token or ""}
    return json.loads(browser.open(Request(root + path, data=json.dumps(data).encode(), headers=headers)).read())


page = browser.open(root + "/user/login/").read().decode()
form = {"email": "admin@example.com", "password": "label-studio-1"}
form["csrfmiddlewaretoken"] = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)[1]
browser.open(root + "/user/login/", urlencode(form).encode())
first = call("/api/projects/", {"title": "Reviews", "label_config": CONFIG})
call(f"/api/projects/{first['id']}/import", TASKS)
for title in ("Street signs", "Bird songs"):
    call("/api/projects/", {"title": title, "label_config": CONFIG})
