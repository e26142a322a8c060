// Filters the ledger's rows. Without this the page is a plain table and nothing is hidden.
(() => {
  const form = document.querySelector(".lg-filter");
  if (!form) return;
  const rows = [...document.querySelectorAll(".lg-table tbody tr")];
  const fields = [...form.querySelectorAll("select")];
  const count = form.querySelector(".lg-count");
  const asked = new URLSearchParams(location.search);
  for (const field of fields) {
    const wanted = asked.get(field.name);
    if ([...field.options].some((option) => option.value === wanted)) field.value = wanted;
  }
  const show = () => {
    let shown = 0;
    for (const row of rows) {
      row.hidden = fields.some((field) => field.value && !row.dataset[field.name].split("|").includes(field.value));
      shown += row.hidden ? 0 : 1;
    }
    for (const table of document.querySelectorAll(".lg-table")) {
      const section = table.closest("section") ?? table;
      section.hidden = !table.querySelector("tbody tr:not([hidden])");
    }
    count.textContent = `${shown} of ${rows.length} rows shown`;
  };
  const remember = () => {
    const chosen = new URLSearchParams();
    for (const field of fields) if (field.value) chosen.set(field.name, field.value);
    const query = chosen.toString();
    try {
      history.replaceState(null, "", location.pathname + (query ? `?${query}` : "") + location.hash);
    } catch { /* a page opened from a file may not rewrite its address */ }
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => { show(); remember(); });
  form.querySelector("button").addEventListener("click", () => {
    for (const field of fields) field.value = "";
    show();
    remember();
    fields[0].focus();
  });
  form.hidden = false;
  show();
  if (location.hash) document.querySelector(`.lg-table tr[id="${CSS.escape(location.hash.slice(1))}"]`)?.scrollIntoView();
})();
