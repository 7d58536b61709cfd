// A revised filing is handed in: uploaded as the next round of the one that was returned.
import { ApiError, tell } from "/static/base.js";
import { send } from "/static/transfer.js";

for (const form of document.querySelectorAll("form.revise")) {
  const input = form.querySelector("input");
  const status = form.querySelector("[role=status]");
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    input.disabled = true;
    try {
      const fields = { purpose: "review", previous: form.dataset.previous, files: file };
      const told = await send("/api/filings", fields, (share) => { status.textContent = `正在上传 ${Math.round(100 * share)}%`; });
      if (!told.filings.length) throw new ApiError({ status: 422, detail: told.refused[0].what, remedy: told.refused[0].remedy });
      status.textContent = "已报送";
      location.assign(`/queue/${told.filings[0].id}`);
    } catch (error) {
      status.textContent = "没有传成";
      input.value = "";
      input.disabled = false;
      tell(error);
    }
  });
}
