// Plays a recording, all of it or one stretch, and says where it is.

const END_SLACK_MS = 4;

export class Player {
  private until: number | null = null;
  private ticking = false;

  constructor(private readonly media: HTMLMediaElement, private readonly moved: () => void, private readonly turned: () => void) {
    for (const event of ["play", "pause", "ended", "ratechange"]) media.addEventListener(event, () => this.turned());
    for (const event of ["seeking", "seeked", "timeupdate"]) media.addEventListener(event, () => this.moved());
    media.addEventListener("play", () => this.tick());
  }

  get now(): number {
    return Math.round(this.media.currentTime * 1000);
  }

  get playing(): boolean {
    return !this.media.paused;
  }

  goTo(ms: number): void {
    this.until = null;
    this.media.currentTime = Math.max(0, ms) / 1000;
    this.moved();
  }

  toggle(): void {
    this.until = null;
    if (this.media.paused) this.play();
    else this.media.pause();
  }

  playOnly(start: number, end: number): void {
    this.media.currentTime = start / 1000;
    this.until = end;
    this.play();
  }

  stop(): void {
    this.media.pause();
  }

  /** Lets go of the recording: it is not read any further. */
  release(): void {
    this.stop();
    this.media.removeAttribute("src");
    this.media.load();
  }

  /** Where it could not be read it is read from its new address, at the same place. */
  renew(address: string): void {
    if (this.media.error === null || this.media.getAttribute("src") === address) return;
    const [at, rate] = [this.now, this.media.playbackRate];
    this.media.src = address;
    this.media.playbackRate = rate;
    this.goTo(at);
  }

  speed(rate: number): void {
    this.media.playbackRate = rate;
  }

  // Browsers that do not allow it yet, or a file that is gone: the element says so itself.
  private play(): void {
    this.media.play().catch(() => this.turned());
  }

  private tick(): void {
    if (this.ticking) return;
    this.ticking = true;
    const step = (): void => {
      if (this.until !== null && this.media.currentTime * 1000 >= this.until - END_SLACK_MS) {
        this.media.pause();
        this.media.currentTime = this.until / 1000;
        this.until = null;
      }
      this.moved();
      this.ticking = !this.media.paused && this.media.isConnected;
      if (this.ticking) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }
}
