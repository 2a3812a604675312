// Texts of the bench in the page's language, and how won and times are written; the same as the server writes them.
import type { Say } from "../islands/contract";
import type { Texts } from "./model";

export class Words implements Say {
  private readonly texts: Texts;
  private readonly language: string;
  private readonly plural: Intl.PluralRules;
  private readonly clock: Intl.DateTimeFormat;

  constructor(texts: Texts, language: string) {
    [this.texts, this.language] = [texts, language];
    this.plural = new Intl.PluralRules(language);
    this.clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", timeZone: "Asia/Seoul" });
  }

  say(key: string, values: Readonly<Record<string, string | number>> = {}): string {
    const found = this.texts[key] ?? key;
    const text = typeof found === "string" ? found : (found[this.plural.select(Number(values["count"] ?? 0))] ?? found["other"] ?? key);
    return text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name] ?? "";
      return typeof value === "number" ? value.toLocaleString(this.language) : value;
    });
  }

  /** The texts of an island, which lie under its name. */
  of(island: string): Say {
    const own = (key: string): string => `${island}.${key.replace(/^islands\./, "").replace(`${island}.`, "")}`;
    return { say: (key, values) => this.say(own(key), values) };
  }

  won(krw: number): string {
    const digits = krw.toLocaleString(this.language);
    return this.language === "ko" ? `${digits}원` : `₩${digits}`;
  }

  time(moment: Date): string {
    return this.clock.format(moment);
  }

  /** How long is left: hours and minutes, in words. */
  left(milliseconds: number): string {
    if (milliseconds <= 0) return this.say("time_over");
    const minutes = Math.floor(milliseconds / 60_000);
    if (minutes < 1) return this.say("under_minute");
    const hours = Math.floor(minutes / 60);
    const parts = [hours ? this.say("hour", { count: hours }) : "", minutes % 60 ? this.say("minute", { count: minutes % 60 }) : ""];
    return parts.filter(Boolean).join(" ");
  }
}
