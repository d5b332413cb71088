/* A line of JSON in, {language, mathml}; a line out, what a screen reader would say. */
const path = require("path");
globalThis.SREfeature = { json: path.join(__dirname, "speech-rule-engine", "lib", "mathmaps") };
const engine = require("speech-rule-engine/lib/sre.js");
const lines = require("readline").createInterface({ input: process.stdin });

(async () => {
  for await (const line of lines) {
    const { language, mathml } = JSON.parse(line);
    await engine.setupEngine({ locale: language, domain: "clearspeak", modality: "speech" });
    console.log(JSON.stringify(engine.toSpeech(mathml)));
  }
})();
