// A film that stands still on exactly the frame that was asked for. Frames are counted from 0.

export type Fps = readonly [numerator: number, denominator: number];

const WAIT_MILLISECONDS = 300;
const FALLBACK_FPS: Fps = [25, 1];

/** The middle of a frame's time: a seek to its edge may show the one before. */
export const timeOf = (frame: number, [numerator, denominator]: Fps): number => ((frame + 0.5) * denominator) / numerator;

/** The frame that is shown at a time; `mediaTime` is the frame's begin. */
export const frameOf = (mediaTime: number, [numerator, denominator]: Fps): number => Math.round((mediaTime * numerator) / denominator);

export class Player {
  readonly video = document.createElement("video");
  frame = 0;
  count = 1;
  /** Another frame is shown. */
  onFrame: () => void = () => undefined;
  onPlay: () => void = () => undefined;
  private fps: Fps = FALLBACK_FPS;
  private wanted = 0;
  private going: Promise<void> | null = null;
  private watch = 0;

  constructor() {
    const { video } = this;
    video.preload = "auto";
    video.playsInline = true;
    video.disablePictureInPicture = true;
    video.tabIndex = -1;
    video.addEventListener("play", () => this.follow());
    video.addEventListener("pause", () => this.stopped());
    video.addEventListener("ended", () => this.stopped());
  }

  get isPlaying(): boolean {
    return !this.video.paused && !this.video.ended;
  }

  /** Loads a film and stands on its first frame; fails where the browser cannot show it. */
  async open(address: string, fps: Fps, frameCount: number): Promise<void> {
    const { video } = this;
    this.fps = fps[0] > 0 && fps[1] > 0 ? fps : FALLBACK_FPS;
    const loaded = new Promise<void>((done, fail) => {
      video.addEventListener("loadeddata", () => done(), { once: true });
      video.addEventListener("error", () => fail(new Error("the film cannot be shown")), { once: true });
    });
    video.src = address;
    await loaded;
    this.count = Math.max(1, frameCount || Math.floor((video.duration * this.fps[0]) / this.fps[1]));
    this.frame = -1;
    await this.go(0);
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
    while (this.wanted !== this.frame) {
      const frame = this.wanted;
      const shown = this.presented();
      this.video.currentTime = timeOf(frame, this.fps);
      await shown;
      this.frame = frame;
      this.onFrame();
    }
  }

  /** Done when the frame that is sought is on the screen. */
  private async presented(): Promise<void> {
    const { video } = this;
    const sought = new Promise<void>((done) => video.addEventListener("seeked", () => done(), { once: true }));
    if (!("requestVideoFrameCallback" in video)) return sought;
    let timer = 0;
    // A frame that is shown already is not presented again: the wait for it ends.
    const waited = new Promise<void>((done) => {
      timer = window.setTimeout(done, WAIT_MILLISECONDS);
    });
    const presented = new Promise<void>((done) => video.requestVideoFrameCallback(() => done()));
    await sought;
    await Promise.race([presented, waited]);
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
