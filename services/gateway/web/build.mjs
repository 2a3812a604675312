// Builds scripts and styles into ../static under names with a hash of their content, and writes manifest.json.
// Each file in src/pages is one script that one kind of page loads; styles/main.css is the style of all pages. What scripts
// import when they need it (the islands) is a file of its own, which only pages with that kind load.
import { build } from "esbuild";
import { cp, mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

const EXAMPLES = ["examples/sound.mp3", "examples/sound.peaks", "examples/film.mp4"];
const OUT = "../static";
const NEXT = "../static.next";
const TOKENS = "node_modules/krds-uiux/resources/css/token/krds_tokens.css";

// Only the design tokens that our styles name are shipped: all of them are 51 kB, these are a few.
async function tokensUsed() {
  const values = new Map();
  for (const [, name, value] of (await readFile(TOKENS, "utf8")).matchAll(/(--krds-[\w-]+):\s*([^;]+);/g)) {
    if (!values.has(name)) values.set(name, value.trim());
  }
  const used = new Set();
  const use = (text) => {
    for (const [, name] of text.matchAll(/var\((--krds-[\w-]+)/g)) {
      if (used.has(name)) continue;
      const value = values.get(name);
      if (value === undefined) throw new Error(`there is no design token ${name}`);
      used.add(name);
      use(value);
    }
  };
  for (const file of (await readdir("styles")).filter((name) => name.endsWith(".css"))) {
    use(await readFile(join("styles", file), "utf8"));
  }
  return `:root{${[...used].sort().map((name) => `${name}:${values.get(name)}`).join(";")}}`;
}

const tokens = {
  name: "tokens",
  setup(plugin) {
    plugin.onResolve({ filter: /^krds-tokens$/ }, () => ({ path: "krds-tokens", namespace: "tokens" }));
    plugin.onLoad({ filter: /.*/, namespace: "tokens" }, async () => ({ contents: await tokensUsed(), loader: "css" }));
  },
};

const scripts = (await readdir("src/pages")).filter((name) => name.endsWith(".ts")).map((name) => `src/pages/${name}`);
await rm(NEXT, { recursive: true, force: true });
await mkdir(NEXT);
const result = await build({
  entryPoints: [...scripts, "styles/main.css", "styles/mark.svg", ...EXAMPLES],
  outdir: NEXT,
  entryNames: "[name].[hash]",
  assetNames: "[name].[hash]",
  chunkNames: "[name].[hash]",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: "es2022",
  metafile: true,
  legalComments: "none",
  loader: { ".woff2": "file", ".svg": "copy", ".mp3": "copy", ".mp4": "copy", ".peaks": "copy" },
  plugins: [tokens],
  logLevel: "warning",
});

// src/pages/bench.ts is bench.js, src/islands/shapes/index.ts is islands/shapes.js, and what several share has its file's name.
function nameOf(file, output) {
  const island = /src\/islands\/(\w+)\/index\.ts$/.exec(output.entryPoint ?? "");
  if (island !== null) return `islands/${island[1]}.js`;
  if (output.entryPoint) return basename(output.entryPoint).replace(/\.ts$/, ".js");
  return file.endsWith(".js") || file.endsWith(".css") ? file : basename(Object.keys(output.inputs)[0] ?? file);
}

const manifest = {};
for (const [path, output] of Object.entries(result.metafile.outputs)) {
  const file = basename(path);
  manifest[nameOf(file, output)] = file;
  if (output.cssBundle) manifest[`${basename(output.entryPoint, ".ts")}.css`] = basename(output.cssBundle);
}
await writeFile(join(NEXT, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
// The files of earlier builds stay for an hour: a process that still runs hands out pages that name them.
const KEPT_MILLISECONDS = 3_600_000;
for (const file of await readdir(OUT).catch(() => [])) {
  const { mtimeMs } = await stat(join(OUT, file));
  if (Date.now() - mtimeMs > KEPT_MILLISECONDS) continue;
  await cp(join(OUT, file), join(NEXT, file), { force: false, preserveTimestamps: true }).catch(() => undefined);
}
await rm(OUT, { recursive: true, force: true });
await rename(NEXT, OUT);
