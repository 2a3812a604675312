// Two windows with the same job: the later one asks before it takes over, the earlier one then pauses.

type Message = { readonly is: "hello" | "here" | "take"; readonly job: string; readonly from: string };

const FLAG = "ilgam-bench-take";

export class Tabs {
  private readonly channel = new BroadcastChannel("ilgam-bench");
  private readonly from = crypto.randomUUID();
  private readonly job: string;
  private paused = false;

  constructor(job: string, pause: (later: boolean) => void) {
    this.job = job;
    this.channel.addEventListener("message", (event: MessageEvent<Message>) => {
      const { is, job: theirs, from } = event.data;
      if (theirs !== this.job || from === this.from) return;
      if (is === "hello" && !this.paused) this.say("here");
      if ((is === "here" || is === "take") && !this.paused) {
        this.paused = true;
        pause(is === "here");
      }
    });
    const takes = sessionStorage.getItem(FLAG) === job;
    sessionStorage.removeItem(FLAG);
    this.say(takes ? "take" : "hello");
  }

  /** Goes on in this window: it reads everything anew first, so that it shows what the other one did. */
  takeOver(): void {
    sessionStorage.setItem(FLAG, this.job);
    location.reload();
  }

  private say(is: Message["is"]): void {
    this.channel.postMessage({ is, job: this.job, from: this.from } satisfies Message);
  }
}
