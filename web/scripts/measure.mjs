// Measures the page in Chromium against a server that runs: what each view loads, what a loop of 12,000 items costs while it runs, how long
// an editor of 1,000 nodes takes to open, and how long clicks, moves and keys take there.
// npm install --no-save playwright-core && node scripts/measure.mjs [http://localhost:5000]
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const base = process.argv[2] ?? 'http://localhost:5000';
const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const times = 25;

const template = await call('POST', '/api/templates', drawing(1_000));
const execution = await call('POST', '/api/executions', { template_id: template.id });
await call('GET', `/api/executions/${execution.id}?wait=60`);

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
for (const [name, path] of [['library', '/'], ['editor', `/templates/${template.id}`], ['execution', `/executions/${execution.id}`], ['executions', '/executions'], ['inbox', '/inbox?asked=anyone'], ['batches', '/batches'], ['new batch', '/batches/new'], ['triggers', '/triggers'], ['analytics', '/analytics'], ['operations', '/operations']])
  await measureLoad(name, path);
await measureOpening();
await measureLoop();
const [run, editor] = [`/executions/${execution.id}`, `/templates/${template.id}`];
await measure('run view, a node chosen', run, click);
await measure('editor, a node chosen', editor, click);
await measure('editor, a node chosen by key', editor, press, (page) => page.locator('.react-flow__node').first().focus());
await measure('editor, a node dragged in ten steps', editor, drag);
await measure('editor, a letter typed into a setting', editor, type, async (page, place) => {
  await click(page, place);
  await page.getByLabel('Label', { exact: true }).click();
});
await browser.close();

/** Layers of 25 nodes, each of which comes after two of the layer before. */
function drawing(count) {
  const nodes = Array.from({ length: count }, (_, index) => ({
    id: `n${index}`, type: 'transform', position: { x: Math.floor(index / 25) * 300, y: (index % 25) * 130 }, data: { label: `Node ${index}`, fields: { value: 'x' } }, measured: { width: 220, height: 84 },
  }));
  const edges = nodes.slice(25).flatMap((_, index) => [index, Math.floor(index / 25) * 25 + ((index + 1) % 25)].map((source, way) => ({ id: `e${index}-${way}`, source: `n${source}`, target: `n${index + 25}` })));
  return { name: `Measured, ${count} nodes`, nodes, edges };
}

async function call(method, path, body) {
  const response = await fetch(base + path, { method, body: body && JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function measureLoad(name, path) {
  const page = await browser.newPage();
  await page.goto(base + path, { waitUntil: 'networkidle' });
  const files = await page.evaluate(() => performance.getEntriesByType('resource').filter((one) => /\.(js|css|woff2)$/.test(one.name)).map((one) => one.encodedBodySize));
  console.log(`${name}, first load: ${(files.reduce((total, size) => total + size, 0) / 1_000).toFixed(0)} KB in ${files.length} files, as they are sent: scripts, styles and fonts`);
  await page.close();
}

async function measureOpening() {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(base);
  await page.locator('h1').waitFor();
  const began = Date.now();
  await page.goto(`${base}/templates/${template.id}`);
  await page.locator('.react-flow__node').first().waitFor();
  console.log(`editor of 1,000 nodes: ${Date.now() - began} ms until the first nodes are drawn`);
  await page.close();
}

/** What the page takes of the network and of the processor while a loop of 12,000 items runs. */
async function measureLoop() {
  const seconds = 15;
  const loop = await call('POST', '/api/templates', {
    name: 'Measured, 12,000 items',
    nodes: [
      { id: 'each', type: 'for_each', position: { x: 0, y: 0 }, width: 600, height: 230, data: { items: '{{ (1..12000) }}', max_parallel: 8 } },
      { id: 'wait', type: 'delay', parentId: 'each', position: { x: 30, y: 90 }, data: { seconds: 0.02 } },
    ],
    edges: [],
  });
  const { id } = await call('POST', '/api/executions', { template_id: loop.id });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${base}/executions/${id}`);
  await page.waitForTimeout(3_000);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  let bytes = 0;
  devtools.on('Network.dataReceived', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const processor = async () => (await devtools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value;
  const before = await processor();
  await page.waitForTimeout(seconds * 1_000);
  const share = (await processor() - before) / seconds;
  const shown = (await page.locator('[data-id=wait]').innerText()).replaceAll('\n', ', ');
  console.log(`loop of 12,000 items: ${(bytes / 1_000 / seconds).toFixed(1)} KB/s, ${(share * 100).toFixed(0)} % of a core in the page; its node shows: ${shown}`);
  await page.close();
}

async function click(page, { x, y }) {
  await page.mouse.click(x, y);
}

async function press(page) {
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
}

async function drag(page, { x, y }) {
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 1; step <= 10; step++) await page.mouse.move(x + step * 2, y + step);
  await page.mouse.up();
}

async function type(page) {
  await page.keyboard.press('a');
}

// From the input to the next frame, as the browser itself measures it (Event Timing; in steps of 8 ms); and the time of the processor
// that the page's thread takes for all that follows, which a busy machine makes longer only by what it forgets in between.
async function measure(what, path, act, prepare) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(() => {
    globalThis.seen = [];
    new PerformanceObserver((list) => globalThis.seen.push(...list.getEntries().filter((one) => one.interactionId).map((one) => ({ id: one.interactionId, time: one.duration }))))
      .observe({ type: 'event', durationThreshold: 16, buffered: true });
  });
  await page.goto(base + path);
  await page.locator('.react-flow__node').first().waitFor();
  await page.waitForTimeout(2_000);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const processor = async () => Object.fromEntries((await devtools.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value * 1_000]));
  const count = await page.locator('.react-flow__node').count();
  const places = await page.evaluate(() => {
    const pane = document.querySelector('.react-flow').getBoundingClientRect();
    return [...document.querySelectorAll('.react-flow__node')].map((node) => node.getBoundingClientRect()).map((box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 }))
      .filter(({ x, y }) => x > pane.x + 60 && x < pane.right - 500 && y > pane.y + 20 && y < pane.bottom - 160 && document.elementFromPoint(x, y)?.closest('.react-flow__node'));
  });
  await prepare?.(page, places[5]);
  // Whoever is about to click has come there first.
  if (act !== press) await page.mouse.move(places[0].x, places[0].y);
  await page.waitForTimeout(500);
  await page.evaluate(() => void (globalThis.seen = []));
  const [work, script] = [[], []];
  for (let time = 0; time < times; time++) {
    const before = await processor();
    await act(page, places[(time * 37) % places.length]);
    await page.waitForTimeout(300);
    const after = await processor();
    work.push(after.TaskDuration - before.TaskDuration);
    script.push(after.ScriptDuration - before.ScriptDuration);
  }
  const byInput = new Map();
  for (const { id, time } of await page.evaluate(() => globalThis.seen)) byInput.set(id, Math.max(byInput.get(id) ?? 0, time));
  console.log(`${what}, 1,000 nodes (${count} on the screen), ${times} times: to the next frame ${told([...byInput.values()])}; processor ${told(work)}, of that script ${told(script)}`);
  await page.close();
}

function told(times) {
  const sorted = times.map(Math.round).sort((a, b) => a - b);
  return sorted.length === 0 ? 'below 16 ms' : `${sorted[0]} ms at the least, median ${sorted[Math.floor(sorted.length / 2)]} ms, longest ${sorted.at(-1)} ms`;
}
