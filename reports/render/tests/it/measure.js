// Measures the page it stands on and writes what it found into it.
(() => {
  const anchors = [...document.querySelectorAll("a[href^='#']")];
  const first = document.querySelector("a, summary, [tabindex]");
  document.querySelectorAll("details").forEach((details) => { details.open = true; });
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  const root = document.documentElement;
  const luminance = (colour) => {
    const parts = colour.match(/[\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (element) => {
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(behind(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const texts = [...document.querySelectorAll("body *")].filter((e) => hasText(e) && !e.closest("svg, script"));
  const faintest = texts.reduce((least, e) => (contrast(e) < contrast(least) ? e : least), texts[0]);
  const reachable = (element) => element.tabIndex >= 0;
  const overflowing = [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".wide, .skip"))
    .slice(0, 3).map((e) => e.tagName + "." + e.className);
  const found = {
    width: innerWidth,
    overflow: Math.max(0, root.scrollWidth - innerWidth) + overflowing.length,
    overflowing,
    unresolved: anchors.map((a) => a.getAttribute("href")).filter((href) => !document.getElementById(href.slice(1))),
    doubled: ids.filter((id, index) => ids.indexOf(id) !== index),
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    paper: getComputedStyle(document.body).backgroundColor,
    contrast: contrast(faintest),
    faintest: faintest.outerHTML.slice(0, 200),
    unreachable: [...document.querySelectorAll("a[href], summary, .wide")].filter((e) => !reachable(e)).length,
    jumps: document.querySelectorAll("[tabindex]:not([tabindex='0'])").length,
    first: first && first.getAttribute("href"),
  };
  const pre = document.createElement("pre");
  pre.id = "measured";
  pre.textContent = JSON.stringify(found);
  document.body.append(pre);
})();
