// Drives a browser for the tests. In: one JSON object a line on standard input; out: one answer a line, in any order.
//
//   {id, target: "browser", method: "open", args: [url, options]}      a page of its own, with nothing of other pages
//   {id, target: "page", page, method, args}                           a method of playwright's page
//   {id, target: "keyboard" | "mouse", page, method, args}             a method of its keyboard or its mouse
//   {id, target: "locator", page, frames, selector, method, args}      a method of what the selector finds
//
// Answers: {id, value} or {id, error}. The browser ends with standard input.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [playwright, executablePath] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(playwright).href);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"] });
const pages = [];

const targets = {
  async browser({ args: [url, options] }) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('console', (message) => page.said.push(`${message.type()}: ${message.text()}`));
    page.said = [];
    await page.goto(url, { timeout: 30_000 });
    return pages.push(page) - 1;
  },
  page: ({ page, method, args }) => (method === 'said' ? pages[page].said : call(pages[page], method, args)),
  keyboard: ({ page, method, args }) => call(pages[page].keyboard, method, args),
  mouse: ({ page, method, args }) => call(pages[page].mouse, method, args),
  locator({ page, frames, selector, method, args }) {
    const inside = frames.reduce((outer, frame) => outer.frameLocator(frame), pages[page]);
    return call(inside.locator(selector), method, args);
  },
};

async function call(object, method, args) {
  const value = await object[method](...args);
  return value === undefined || typeof value !== 'object' || Array.isArray(value) || isPlain(value) ? value : null;
}

const isPlain = (value) => value === null || Object.getPrototypeOf(value) === Object.prototype;

async function answer(line) {
  const order = JSON.parse(line);
  let said;
  try {
    said = { id: order.id, value: (await targets[order.target](order)) ?? null };
  } catch (error) {
    said = { id: order.id, error: String(error.message ?? error) };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

createInterface({ input: process.stdin })
  .on('line', answer)
  .on('close', async () => {
    await browser.close();
    process.exit(0);
  });
