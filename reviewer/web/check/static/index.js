// One file is checked and its light opened at once; of several a person chooses.
import { Uploads } from "/static/upload.js";

const at = (filing) => `/check/${filing.id}`;
new Uploads({
  fields: () => ({ purpose: "draft" }),
  link: at,
  ready(filing) { if (document.querySelectorAll("#uploads li").length === 1) location.assign(at(filing)); },
});
