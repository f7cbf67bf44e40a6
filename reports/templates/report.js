"use strict";
/* Finds, groups, sorts and copies. The page is whole without it; it asks for nothing and keeps the view in the address. */
(() => {
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement;

  // Theme: as the system, light or dark; kept where the browser lets us.
  const theme = byId("theme");
  const themes = ["system", "light", "dark"];
  const wear = (name) => {
    if (name === "system") delete root.dataset.theme;
    else root.dataset.theme = name;
    theme.value = name;
    theme.textContent = `${theme.dataset.label}: ${theme.dataset[name]}`;
  };
  const remembered = () => {
    try { return localStorage.getItem("readiness-theme"); } catch { return null; }
  };
  wear(themes.includes(remembered()) ? remembered() : "system");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    wear(themes[(themes.indexOf(theme.value) + 1) % themes.length]);
    try { localStorage.setItem("readiness-theme", theme.value); } catch { /* a file may not keep anything */ }
  });

  // Paper shows what folds.
  let folded = [];
  let paper = () => {};
  addEventListener("beforeprint", () => {
    paper();
    folded = [...document.querySelectorAll("details:not([open])")].filter((d) => d.closest("[hidden]") === null);
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of folded) one.open = false; });

  const form = byId("view");
  if (!form) return;
  const list = byId("list");
  const shown = byId("shown");
  const nothing = byId("nothing");
  const search = form.elements.q;
  const PREFIX = "#findings?";
  const DEFAULTS = { q: "", group: "rule", sort: "gravity", pillar: "", area: "" };
  const PICKED = ["severity", "outcome"];
  const GROUPS = ["workload", "subscription"].filter((name) => form.elements[name]);
  for (const name of GROUPS) DEFAULTS[name] = "";
  const MOST = 25;
  const MOST_GROUPS = 50;

  const records = Array.from(list.getElementsByTagName("article"), (element, place) => {
    const data = element.dataset;
    const areas = data.areas.split(" ");
    return {
      element, place, areas, area: areas[0], rule: data.rule, resource: data.resource, severity: data.severity,
      outcome: data.outcome, pillar: data.pillar, gain: Number(data.points || 0), text: null, title: null,
      ...Object.fromEntries(GROUPS.map((name) => [name, data[name].split("\n")])),
    };
  });
  const summaryOf = (record) => record.element.firstElementChild.firstElementChild;
  const textOf = (record) => {
    record.text ??= `${record.rule} ${record.resource} ${summaryOf(record).textContent}`.toLowerCase();
    return record.text;
  };
  const titleOf = (record) => {
    record.title ??= summaryOf(record).firstElementChild.lastChild.textContent.trim();
    return record.title;
  };
  // What a section of a rule says of the rule, before its findings.
  const heads = new Map(Array.from(list.children, (section) => [
    section.dataset.key, { section, head: Array.from(section.children).filter((one) => one.tagName !== "ARTICLE") },
  ]));

  // The view: what the form says, and what the address says.
  const picked = (name) => new Set(Array.from(form.querySelectorAll(`[name=${name}]:checked`), (box) => box.value));
  const read = () => {
    const view = {};
    for (const name of Object.keys(DEFAULTS)) view[name] = form.elements[name].value;
    for (const name of PICKED) view[name] = picked(name);
    return view;
  };
  const address = (view) => {
    const said = new URLSearchParams();
    for (const [name, usual] of Object.entries(DEFAULTS)) if (view[name] !== usual) said.set(name, view[name]);
    for (const name of PICKED) if (view[name].size) said.set(name, [...view[name]].join(" "));
    return said.size ? PREFIX + said : "#findings";
  };
  const write = (given) => {
    for (const [name, usual] of Object.entries(DEFAULTS)) {
      const field = form.elements[name];
      field.value = given.get(name) ?? usual;
      if (field.selectedIndex === -1) field.value = usual;
    }
    for (const name of PICKED) {
      const wanted = (given.get(name) ?? "").split(/[ ,]/);
      for (const box of form.querySelectorAll(`[name=${name}]`)) box.checked = wanted.includes(box.value);
    }
  };

  // Order and groups.
  const RANKS = ["critical", "high", "medium", "low", "info"];
  const ORDERS = {
    gravity: (a, b) => RANKS.indexOf(a.severity) - RANKS.indexOf(b.severity) || a.place - b.place,
    gain: (a, b) => b.gain - a.gain || a.place - b.place,
    resource: (a, b) => a.resource.localeCompare(b.resource) || a.place - b.place,
    title: (a, b) => titleOf(a).localeCompare(titleOf(b)) || a.place - b.place,
  };
  let sorted = { by: "", records };
  const inOrder = (by) => {
    if (by !== sorted.by) sorted = { by, records: [...records].sort(ORDERS[by]) };
    return sorted.records;
  };
  const matches = (record, view, words) =>
    (!view.severity.size || view.severity.has(record.severity)) &&
    (!view.outcome.size || view.outcome.has(record.outcome)) &&
    (!view.pillar || view.pillar === record.pillar) &&
    (!view.area || record.areas.includes(view.area)) &&
    GROUPS.every((name) => !view[name] || record[name].includes(view[name])) &&
    words.every((word) => textOf(record).includes(word));
  const grouped = (view) => {
    const words = view.q.toLowerCase().split(/\s+/).filter(Boolean);
    const found = new Map();
    const asMade = view.group === "rule" && view.sort === "gravity";  // rules with open fails first
    for (const record of asMade ? records : inOrder(view.sort)) {
      if (!matches(record, view, words)) continue;
      const key = view.group === "resource" ? record.resource.toLowerCase() : String(record[view.group]);
      if (found.has(key)) found.get(key).push(record);
      else found.set(key, [record]);
    }
    return found;
  };

  // Sections: that of a rule says what the rule is about, another names what its findings share.
  const heading = (group, record) => {
    const title = document.createElement("h3");
    if (group === "severity" || group === "outcome") {
      const sign = document.createElement("span");
      sign.className = `${group === "severity" ? "chip" : "mark"} ${record[group]}`;
      sign.textContent = record[group];
      title.append(sign);
    } else if (group === "resource") {
      title.append(summaryOf(record).querySelector(".name").cloneNode(true));
    } else if (GROUPS.includes(group)) {
      const said = [...form.elements[group].options].filter((one) => one.value && record[group].includes(one.value));
      title.textContent = said.map((one) => one.textContent).join(", ");
    } else {
      title.textContent = record[group];
    }
    return title;
  };
  const begun = (group, key, record) => {
    if (group === "rule") return heads.get(key);
    const section = document.createElement("section");
    section.className = "group";
    return { section, head: [heading(group, record)] };
  };
  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };

  // What is shown: of many groups, and of many findings in one, the first, and a button for all. What is not in the
  // page costs nothing; paper gets it all.
  let whole = new Set();
  let later = 0;
  let visible = [];
  const cutAt = (members, most, key, parts) => {
    if (members.length <= most || whole.has(key) || whole.has("")) return members;
    const more = button(list.dataset.more.replace("{count}", members.length), () => {
      whole.add(key);
      show(read());
    });
    more.className = "more";
    parts.push(more);
    return members.slice(0, most);
  };
  const show = (view) => {
    const found = grouped(view);
    const after = [];
    visible = [];
    const sections = cutAt([...found], MOST_GROUPS, "groups", after).map(([key, members]) => {
      const { section, head } = begun(view.group, key, members[0]);
      const last = [];
      const first = cutAt(members, MOST, `${view.group} ${key}`, last);
      visible.push(...first);
      section.replaceChildren(...head, ...first.map((record) => record.element), ...last);
      return section;
    });
    list.dataset.group = view.group;
    list.replaceChildren(...sections, ...after);
    const count = [...found.values()].reduce((sum, members) => sum + members.length, 0);
    shown.textContent = shown.dataset.text.replace("{shown}", count).replace("{all}", records.length);
    nothing.hidden = count > 0;
  };
  const reveal = (record, target) => {
    if (!target.isConnected) {
      clearTimeout(later);
      write(new URLSearchParams());
      whole = new Set(["groups", `rule ${record?.rule}`]);
      show(read());
    }
    if (record) record.element.firstElementChild.open = true;
    target.scrollIntoView({ block: "start" });
    const place = record ? summaryOf(record) : target;
    if (!record) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  };
  const follow = () => {
    const at = location.hash;
    if (at === "#findings" || at.startsWith(PREFIX)) {
      write(new URLSearchParams(at.slice(PREFIX.length)));
      show(read());
      byId("findings").scrollIntoView({ block: "start" });
      return;
    }
    let id = "";
    try { id = decodeURIComponent(at.slice(1)); } catch { /* no address of ours */ }
    const record = id.startsWith("f-") ? records.find((one) => one.element.id === id) : undefined;
    const target = record?.element ?? heads.get(id)?.section;
    if (target) reveal(record, target);
  };
  const keep = (view) => {
    clearTimeout(later);
    later = setTimeout(() => {
      try { history.replaceState(null, "", address(view)); } catch { location.replace(address(view)); }
    }, 150);
  };
  const changed = () => {
    const view = read();
    whole = new Set();
    show(view);
    keep(view);
  };
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(changed));
  addEventListener("hashchange", follow);

  paper = () => {
    whole = new Set([""]);
    show(read());
  };

  // Keyboard: / finds, Escape lets go.
  addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLElement && event.target.closest("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && event.target === search && search.value) {
      event.preventDefault();
      search.value = "";
      changed();
    }
  });

  // Commands are copied; what is said of a rule follows its finding into other groups.
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const here = document.activeElement;
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      here?.focus({ preventScroll: true });
      return done;
    }
  };
  const said = byId("said");
  const equip = (code) => {
    const made = button(list.dataset.copy, async () => {
      if (!await copy(code.querySelector("pre").textContent)) return;
      made.textContent = said.textContent = list.dataset.copied;
      setTimeout(() => {
        made.textContent = list.dataset.copy;
        said.textContent = "";
      }, 1500);
    });
    made.className = "copy";
    code.firstElementChild.append(made);
  };
  list.addEventListener("toggle", (event) => {
    const details = event.target;
    if (!details.open || !details.closest("article")) return;
    const body = details.lastElementChild;
    if (!body.dataset.ready) {
      body.dataset.ready = "yes";
      for (const code of body.querySelectorAll(".code")) equip(code);
      const about = heads.get(details.parentElement.dataset.rule).head.find((one) => one.className === "about");
      if (about) body.append(about.cloneNode(true));
    }
  }, true);

  // All at once.
  const unfold = byId("unfold");
  unfold.addEventListener("click", () => {
    const open = unfold.textContent === unfold.dataset.unfold;
    for (const record of visible) record.element.firstElementChild.open = open;
    unfold.textContent = open ? unfold.dataset.fold : unfold.dataset.unfold;
  });

  // The first search finds its texts made.
  const prepare = (at) => {
    for (const record of records.slice(at, at + 500)) textOf(record);
    if (at < records.length) setTimeout(prepare, 20, at + 500);
  };

  form.hidden = false;
  setTimeout(prepare, 500, 0);
  show(read());
  if (location.hash) follow();
})();
