"use strict";
// The node's own page: reads its JSON-RPC and nothing else.
const POLL_MS = 2000, BLOCKS = 12, JOBS = 25, POINTS_MAX = 600;
const STAKING = "0x00000000000000000000000000000000a55a0002";
const SLASHED = "0xc8b717ebafd88aebcc7487e671f983fd8b7df6171f2cd43e6374851a737a62ec";
const points = [];
const slashed = new Map();
let lastSlashBlock = 0;

async function rpc(...calls) {
  const body = calls.map(([method, ...params], id) => ({ jsonrpc: "2.0", id, method, params }));
  const answer = await fetch("/", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const results = await answer.json();
  return calls.map((_, id) => { const r = results.find(x => x.id === id); return r && "result" in r ? r.result : null; });
}
const hex = n => "0x" + n.toString(16);
const coins = wei => { const n = BigInt(wei) / 10n ** 14n; return (Number(n) / 10000).toLocaleString("en", { maximumFractionDigits: 4 }); };
const brief = id => id ? id.slice(0, 10) + "…" : "–";
const set = (id, text) => { document.getElementById(id).textContent = text; };

function row(cells) {
  const tr = document.createElement("tr");
  for (const cell of cells) {
    const td = document.createElement("td");
    const c = typeof cell === "object" ? cell : { text: cell };
    if (c.kind) td.className = c.kind;
    if (c.title) td.title = c.title;
    const inner = c.code ? td.appendChild(document.createElement("code")) : td;
    inner.textContent = c.text;
    tr.appendChild(td);
  }
  return tr;
}

function work(job) {
  return job.kind === 3 ? job.seqs + " texts" : job.kind === 2 ? job.rows + " images" : job.rows + " rows";
}

function progress(proof) {
  if (!proof) return "–";
  if (proof.challenge) return "challenged: " + proof.challenge.toLowerCase();
  if (proof.verdictHeight) return "checked in block " + proof.verdictHeight;
  if (proof.certificateHeight) return "held by a quorum";
  return proof.openHeight ? "opened" : "committed";
}

function verdict(proof) {
  if (!proof || !proof.verdict) return "–";
  const pass = proof.verdict === "PASS";
  return { text: pass ? "PASS, " + proof.workUnits + " units" : "FAIL " + proof.reason, kind: pass ? "pass" : "fail", title: proof.detail || "" };
}

function showJobs(jobs) {
  document.getElementById("jobs").replaceChildren(...jobs.map(job => row([
    job.number, { text: brief(job.jobId), code: true, title: job.jobId }, work(job), coins(job.feeWei),
    { text: job.assignedHeight ? brief(job.provider) : "–", code: true, title: job.provider },
    job.state.toLowerCase(), progress(job.proof), verdict(job.proof),
    job.proof && job.proof.reward ? coins(job.proof.reward.shareWei) + (job.proof.reward.paidWei !== "0" ? ", claimed " + coins(job.proof.reward.paidWei) : "") : "–",
  ])));
}

function showBlocks(blocks) {
  document.getElementById("blocks").replaceChildren(...blocks.filter(Boolean).map(block => row([
    parseInt(block.number), new Date(parseInt(block.timestamp) * 1000).toLocaleTimeString(),
    { text: brief(block.miner), code: true, title: block.miner }, block.transactions.length, parseInt(block.gasUsed).toLocaleString("en"),
    coins(block.withdrawals.reduce((sum, w) => sum + BigInt(w.amount) * 10n ** 9n, 0n)),
  ])));
}

function chart() {
  const svg = document.getElementById("chart");
  if (points.length < 2) return;
  const top = Math.max(...points.map(p => p[1])) || 1;
  const low = Math.min(...points.map(p => p[1]), top);
  const first = points[0][0], span = Math.max(1, points[points.length - 1][0] - first);
  const place = ([x, y]) => (10 + 580 * (x - first) / span).toFixed(1) + "," + (145 - 125 * (y - low) / Math.max(1e-9, top - low)).toFixed(1);
  const make = (name, attributes, text) => {
    const e = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
    if (text) e.textContent = text;
    return e;
  };
  svg.replaceChildren(
    make("polyline", { points: points.map(place).join(" ") }),
    make("text", { x: 12, y: 14 }, top.toLocaleString("en") + " coins minted less burned"),
    make("text", { x: 12, y: 157 }, "block " + first),
    make("text", { x: 590, y: 157, "text-anchor": "end" }, "block " + points[points.length - 1][0]));
}

async function showSlashed(height) {
  const from = lastSlashBlock ? lastSlashBlock + 1 : Math.max(0, height - 5000);
  if (from > height) return;
  // Slashed(account indexed, role, burnedWei, finder indexed, finderWei)
  const [logs] = await rpc(["eth_getLogs", { address: STAKING, fromBlock: hex(from), toBlock: hex(height), topics: [SLASHED] }]);
  if (!logs) return;
  lastSlashBlock = height;
  for (const log of logs) {
    const account = "0x" + log.topics[1].slice(26);
    const word = i => BigInt("0x" + log.data.slice(2 + 64 * i, 66 + 64 * i));
    slashed.set(account, (slashed.get(account) || 0n) + word(1));
  }
  if (slashed.size) {
    document.getElementById("slashed").replaceChildren(...[...slashed].map(([account, wei]) => {
      const li = document.createElement("li");
      const code = li.appendChild(document.createElement("code"));
      code.textContent = account;
      li.append(" lost " + coins(wei) + " coins, burned");
      return li;
    }));
  }
}

async function refresh() {
  try {
    const [tip] = await rpc(["eth_blockNumber"]);
    const height = parseInt(tip);
    const numbers = Array.from({ length: Math.min(BLOCKS, height + 1) }, (_, i) => height - i);
    const [ledger, schedule, jobs, load, chainId, syncing, ...blocks] = await rpc(
      ["assay_ledger"], ["assay_emissionSchedule"], ["assay_jobs", hex(JOBS)], ["assay_verifierLoad"], ["eth_chainId"], ["eth_syncing"],
      ...numbers.map(n => ["eth_getBlockByNumber", hex(n), false]));
    set("height", height.toLocaleString("en"));
    set("summary", "chain " + parseInt(chainId) + (syncing ? ", catching up" : ", live"));
    showBlocks(blocks);
    if (ledger) {
      set("minted", coins(ledger.mintedWei));
      set("burned", coins(ledger.burnedWei));
      const net = Number((BigInt(ledger.mintedWei) - BigInt(ledger.burnedWei) - BigInt(ledger.recycledWei)) / 10n ** 14n) / 10000;
      if (!points.length || points[points.length - 1][0] < height) points.push([height, net]);
      if (points.length > POINTS_MAX) points.shift();
      chart();
    }
    if (schedule && schedule.toNextHalving !== null) {
      set("halving", schedule.toNextHalving + " " + schedule.per + "s");
    }
    if (jobs) { set("jobCount", jobs.count); showJobs(jobs.jobs); }
    if (load) set("proofs", load.proofs + (load.proofs ? ", " + (load.busyNanos / load.proofs / 1e6).toFixed(1) + " ms each" : ""));
    await showSlashed(height);
  } catch (failure) {
    set("summary", "the node does not answer: " + failure.message);
  }
  setTimeout(refresh, POLL_MS);
}
