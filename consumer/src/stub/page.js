"use strict";
// The server renders; this only asks now and then whether there is something new.
const told = new Map();
let seen = "";

async function refresh() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id)?.innerHTML ?? "";
    if (told.get(part.id) === fresh) continue;
    const open = new Map([...part.querySelectorAll("details")].map((each) => [each.id, each.open]));
    told.set(part.id, fresh);
    part.innerHTML = fresh;
    for (const each of part.querySelectorAll("details")) {
      if (open.has(each.id)) each.open = open.get(each.id);
    }
  }
}

async function look() {
  try {
    const { count, revision } = await (await fetch("requests?limit=0")).json();
    if (seen !== `${count} ${revision}`) {
      await refresh();
      seen = `${count} ${revision}`;
    }
    document.body.style.opacity = "";
  } catch {
    document.body.style.opacity = ".5";
  }
  setTimeout(look, 1000);
}

document.addEventListener("click", async ({ target }) => {
  const ask = target.dataset?.ask;
  if (ask === undefined) return;
  await (ask === "" ? fetch("state", { method: "DELETE" }) : fetch(`state?${ask}`, { method: "PUT" }));
  await refresh();
});
look();
