// A film that stands still on exactly the frame that was asked for. Frames are counted from 0.

export type Fps = readonly [numerator: number, denominator: number];

const WAIT_MILLISECONDS = 300;
const FALLBACK_FPS: Fps = [25, 1];

/** The middle of a frame's time: a seek to its edge may show the one before. */
export const timeOf = (frame: number, [numerator, denominator]: Fps): number => ((frame + 0.5) * denominator) / numerator;

/** The frame that is shown at a time; `mediaTime` is the frame's begin. */
export const frameOf = (mediaTime: number, [numerator, denominator]: Fps): number => Math.round((mediaTime * numerator) / denominator);

/** The first of some events; nothing listens for the others any more. */
function first(video: HTMLVideoElement, ...names: readonly string[]): Promise<string> {
  return new Promise((done) => {
    const heard = new AbortController();
    const hear = ({ type }: Event): void => {
      heard.abort();
      done(type);
    };
    for (const name of names) video.addEventListener(name, hear, { signal: heard.signal });
  });
}

export class Player {
  readonly video = document.createElement("video");
  frame = 0;
  count = 1;
  /** Another frame is shown. */
  onFrame: () => void = () => undefined;
  onPlay: () => void = () => undefined;
  /** The film cannot be read, or not any more. */
  onBroken: () => void = () => undefined;
  private fps: Fps = FALLBACK_FPS;
  private wanted = 0;
  private going: Promise<void> | null = null;
  private watch = 0;
  /** Which of the films it is: what was begun for one does nothing to the next. */
  private film = 0;

  constructor() {
    const { video } = this;
    video.preload = "auto";
    video.playsInline = true;
    video.disablePictureInPicture = true;
    video.tabIndex = -1;
    video.addEventListener("play", () => this.follow());
    video.addEventListener("pause", () => this.stopped());
    video.addEventListener("ended", () => this.stopped());
    video.addEventListener("error", () => this.onBroken());
  }

  get isPlaying(): boolean {
    return !this.video.paused && !this.video.ended;
  }

  /** Loads a film and stands on a frame of it, unless it cannot be read. */
  async open(address: string, fps: Fps, frameCount: number, frame = 0): Promise<void> {
    const { video } = this;
    this.fps = fps[0] > 0 && fps[1] > 0 ? fps : FALLBACK_FPS;
    const film = (this.film += 1);
    const loaded = first(video, "loadeddata", "error");
    video.src = address;
    // A frame that was being sought in the film before comes no more: that wait ends first.
    await this.going;
    if ((await loaded) === "error" || film !== this.film) return;
    this.count = Math.max(1, frameCount || Math.floor((video.duration * this.fps[0]) / this.fps[1]));
    this.frame = -1;
    await this.go(frame);
  }

  /** Stands on a frame. Of several asked for in a row only the last is waited for. */
  async go(frame: number): Promise<void> {
    this.video.pause();
    this.wanted = Math.min(Math.max(Math.round(frame), 0), this.count - 1);
    this.going ??= this.seek().finally(() => {
      this.going = null;
    });
    await this.going;
  }

  async toggle(): Promise<void> {
    if (this.isPlaying) return this.video.pause();
    if (this.frame >= this.count - 1) await this.go(0);
    await this.video.play().catch(() => undefined);
  }

  seconds(frame: number): number {
    return (frame * this.fps[1]) / this.fps[0];
  }

  private async seek(): Promise<void> {
    const { film } = this;
    while (this.wanted !== this.frame) {
      const frame = this.wanted;
      const shown = this.presented();
      this.video.currentTime = timeOf(frame, this.fps);
      await shown;
      if (film !== this.film) return;
      this.frame = frame;
      this.onFrame();
    }
  }

  /** Done when the frame that is sought is on the screen. */
  private async presented(): Promise<void> {
    const { video } = this;
    const sought = first(video, "seeked", "emptied", "error");
    if (!("requestVideoFrameCallback" in video)) return void (await sought);
    let timer = 0;
    // A frame that is shown already is not presented again: the wait for it ends.
    const waited = new Promise<void>((done) => {
      timer = window.setTimeout(done, WAIT_MILLISECONDS);
    });
    const presented = new Promise<void>((done) => video.requestVideoFrameCallback(() => done()));
    if ((await sought) === "seeked") await Promise.race([presented, waited]);
    clearTimeout(timer);
  }

  private follow(): void {
    this.onPlay();
    const { video } = this;
    const show = (seconds: number): void => {
      if (!this.isPlaying) return;
      this.frame = this.wanted = Math.min(Math.max(seconds, 0), this.count - 1);
      this.onFrame();
      next();
    };
    const next = (): void => {
      if ("requestVideoFrameCallback" in video) this.watch = video.requestVideoFrameCallback((_, { mediaTime }) => show(frameOf(mediaTime, this.fps)));
      else requestAnimationFrame(() => show(Math.floor((this.video.currentTime * this.fps[0]) / this.fps[1])));
    };
    next();
  }

  private stopped(): void {
    if ("cancelVideoFrameCallback" in this.video) this.video.cancelVideoFrameCallback(this.watch);
    this.onPlay();
    // The frame that stands there is asked for anew, so that picture and number are the same.
    const frame = Math.min(this.count - 1, Math.floor((this.video.currentTime * this.fps[0]) / this.fps[1]));
    if (this.going !== null) return;
    this.frame = -1;
    void this.go(frame);
  }
}
