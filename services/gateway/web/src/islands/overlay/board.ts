// What drawing on a picture and on a film share: the easel, the hand, the buttons, the list, undo, and what is said.
import { labelKeyOf } from "../../bench/keymap.ts";
import type { ControlView, Island, Mark, Shown } from "../contract";
import { History } from "../history";
import { type LabelOf, make, namedLabels, newMarkId } from "../made";
import { Bar, type Speak } from "./bar";
import type { Shape } from "./geometry.ts";
import { Hand } from "./hand";
import type { Tool } from "./held";
import { Keys } from "./keys";
import { type Entry, MarkList } from "./list";
import { lookOf } from "./look";
import { handleWords } from "./naming";
import type { Figure } from "./paint";
import { Panel } from "./panel";
import { Stage } from "./stage";

export abstract class Board extends Stage implements Island {
  protected readonly hand: Hand;
  protected controls: readonly ControlView[] = [];
  protected history = new History<readonly Mark[]>([]);
  protected label: LabelOf | undefined;
  protected bar: Bar | undefined;
  protected panel: Panel | undefined;
  private isLookedAt = false;
  private labels: readonly LabelOf[] = [];
  private list: MarkList | undefined;
  private readonly keys: Keys;
  private readonly hint = make("p", { class: "hint drawing-hint" });

  constructor(say: Speak) {
    super(say);
    this.hand = new Hand(this.easel, {
      drawn: (shape) => this.drawn(shape),
      changed: (id, shape) => this.changed(id, shape),
      chosen: (id) => this.chose(id),
      refused: (why) => this.tell(why === "full" ? say("full", { count: this.label?.control.most ?? 0 }) : say(`refused_${why}`, { pixels: String(this.hand.least) })),
      corners: (count) => this.cornered(count),
      tooled: () => this.shows(),
    }, (handle, shape) => handleWords(say, handle, shape));
    this.hand.isFull = () => this.isFull();
    this.keys = new Keys(this.easel, this.hand, {
      undo: () => this.undo(),
      redo: () => this.redo(),
      remove: () => this.removeChosen(),
      aims: (tool) => this.tell(say(`aim_${tool}`)),
      walk: (id) => this.walk(id),
      space: (repeats) => this.spaced(repeats),
    });
    const redraw = this.easel.onView;
    this.easel.onView = () => {
      redraw();
      this.bar?.nearness(this.easel.percent);
    };
  }

  get marks(): readonly Mark[] {
    return this.history.now;
  }

  async show(shown: Shown): Promise<void> {
    [this.controls, this.history] = [shown.controls, new History<readonly Mark[]>(shown.marks)];
    this.labels = namedLabels(shown.controls);
    const [before, { tool }] = [this.label, this.hand];
    this.hand.draft = null;
    this.label = this.labels.find((one) => one.control.id === before?.control.id && one.label.value === before.label.value) ?? this.labels[0];
    this.hand.isReadOnly = shown.readOnly;
    this.hand.choose(null, false);
    this.build(shown.readOnly);
    this.take(this.label);
    this.hand.take(this.keys.tools.includes(tool) && !shown.readOnly ? tool : "select");
    [this.isLookedAt, this.hand.isReadOnly] = [shown.readOnly, true];
    this.begin();
    await this.load(shown.part);
  }

  press(event: KeyboardEvent): boolean {
    if ((event.target as Element | null)?.closest?.("input, select, textarea")) return false;
    const digit = labelKeyOf(event);
    const label = digit === null ? undefined : this.labels.find((one) => one.key === digit);
    if (label !== undefined && !this.hand.isReadOnly) this.relabel(label);
    else if (!this.pressOwn(event) && !this.keys.press(event)) return false;
    event.preventDefault();
    return true;
  }

  /** Another picture or film comes: what was begun on the one before is over. */
  protected abstract begin(): void;
  /** The marks as they are drawn now. */
  protected abstract figures(): readonly Figure[];
  protected abstract entry(mark: Mark, number: number): Entry;
  protected abstract drawn(shape: Shape): void;
  protected abstract changed(id: string, shape: Shape): void;
  protected abstract toolsOf(controls: readonly ControlView[]): readonly Tool[];

  /** Keys of the island alone; whether it took one. */
  protected pressOwn(_event: KeyboardEvent): boolean {
    return false;
  }

  /** The space bar in the picture, where no corner is put with it; whether it was taken. */
  protected spaced(_repeats: boolean): boolean {
    return false;
  }

  /** The mark that lists and buttons speak of. */
  protected get chosenId(): string | null {
    return this.hand.chosen;
  }

  /** What the island adds around the picture. */
  protected get around(): readonly HTMLElement[] {
    return [];
  }

  protected controlOf(mark: Mark): ControlView | undefined {
    return this.controls.find((control) => control.id === mark.control);
  }

  protected newMark(type: string, value: Mark["value"]): Mark | null {
    const at = this.label;
    if (at === undefined) return null;
    return { id: newMarkId(), control: at.control.id, type, ...(at.label.value ? { label: at.label.value } : {}), value };
  }

  protected replace(id: string, next: Mark, said: string): void {
    this.put(this.history.now.map((mark) => (mark.id === id ? next : mark)), said);
  }

  /** A change by the person. */
  protected put(marks: readonly Mark[], said: string): void {
    this.history.put(marks);
    this.afterwards(said);
  }

  protected opened(): void {
    this.hand.isReadOnly = this.isLookedAt;
    this.render();
  }

  protected render(): void {
    const figures = this.figures();
    this.hand.show(figures);
    this.list?.show(this.history.now.map((mark, index) => this.entry(mark, index + 1)), this.chosenId);
    this.bar?.steps(this.history.canUndo, this.history.canRedo);
    this.shows();
  }

  /** The chosen mark, and what the buttons show of it. */
  protected shows(): void {
    const { hand } = this;
    this.bar?.shows(hand.tool, this.label);
    this.bar?.drawing(hand.draft !== null && "points" in hand.draft && hand.draft.points.length >= (hand.draft.kind === "polygon" ? 3 : 2));
    this.panel?.show(hand.figure, hand.corner, hand.isReadOnly);
    this.hint.textContent = hand.isReadOnly ? "" : this.say(`hint_${hand.tool}`);
    const name = this.say("picture", { alt: this.easel.element.dataset["alt"] ?? "", count: this.history.now.length });
    this.easel.element.setAttribute("aria-label", name);
  }

  protected chose(id: string | null): void {
    const mark = this.history.now.find((one) => one.id === id);
    const label = mark === undefined ? undefined : this.labels.find((one) => one.control.id === mark.control && one.label.value === (mark.label ?? ""));
    if (label !== undefined) this.take(label);
    this.list?.choose(id ?? "");
    const at = document.activeElement;
    if (id !== null && (at === document.body || this.easel.element.contains(at))) {
      const { corner } = this.hand;
      const place = corner === null ? this.easel.paint.elementOf(id) : this.easel.paint.handleElement(String(corner));
      place?.focus({ preventScroll: true });
    }
    this.shows();
  }

  protected chooseFromList(id: string): void {
    this.hand.choose(id);
    if (this.hand.figure !== null) this.easel.reveal(this.hand.figure.shape);
  }

  protected removeChosen(): void {
    if (this.chosenId !== null) this.drop(this.chosenId);
  }

  protected relabel(label: LabelOf): void {
    this.take(label);
    const mark = this.history.now.find((one) => one.id === this.chosenId);
    const isOther = mark !== undefined && (mark.control !== label.control.id || (mark.label ?? "") !== label.label.value);
    if (!isOther || !this.fits(mark, label.control)) {
      this.tell(label.label.label);
      return this.shows();
    }
    this.replace(mark.id ?? "", { ...mark, control: label.control.id, ...(label.label.value ? { label: label.label.value } : {}) }, this.say("relabelled", { label: label.label.label }));
  }

  /** Whether a mark may be of another control. */
  protected fits(mark: Mark, control: ControlView): boolean {
    return mark.control === control.id || this.toolsOf([control]).includes(mark.type as Tool);
  }

  private drop(id: string): void {
    const [at, had] = [document.activeElement, this.history.now.findIndex((mark) => mark.id === id) + 1];
    const wasInList = at instanceof HTMLElement && at.dataset["entry"] !== undefined;
    const rest = this.history.now.filter((mark) => mark.id !== id);
    this.put(rest, this.say("removed", { number: had }));
    if (!wasInList) return this.easel.element.focus({ preventScroll: true });
    (this.querySelector<HTMLElement>("[data-entry][tabindex='0']") ?? this.easel.element).focus({ preventScroll: true });
  }

  private afterwards(said: string): void {
    this.render();
    this.dispatchEvent(new CustomEvent("marks", { bubbles: true }));
    this.tell(said);
  }

  private undo(): void {
    if (this.hand.back(false)) return;
    if (this.history.undo()) this.afterwards(this.say("undone"));
    else this.tell(this.say("nothing_to_undo"));
  }

  private redo(): void {
    if (this.history.redo()) this.afterwards(this.say("redone"));
    else this.tell(this.say("nothing_to_redo"));
  }

  private isFull(): boolean {
    const control = this.label?.control;
    return control !== undefined && control.most > 0 && this.history.now.filter((mark) => mark.control === control.id).length >= control.most;
  }

  private take(label: LabelOf | undefined): void {
    this.label = label;
    if (label === undefined) return;
    this.hand.look = lookOf(label.control.labels, label.label.value);
    this.hand.least = label.control.minPx;
  }

  private walk(id: string | null): void {
    this.hand.choose(id);
    const { figure } = this.hand;
    if (figure === null) this.easel.element.focus({ preventScroll: true });
    else this.easel.reveal(figure.shape);
  }

  protected cornered(count: number): void {
    this.shows();
    if (count > 0) this.tell(this.say("corner_put", { count }));
  }

  private build(isReadOnly: boolean): void {
    const tools = ["select" as const, ...this.toolsOf(this.controls)];
    this.keys.tools = tools;
    this.bar = new Bar(this.say, tools, this.labels, {
      take: (tool) => {
        this.hand.take(tool);
        this.tell(this.say(`hint_${tool}`));
      },
      undo: () => this.undo(),
      redo: () => this.redo(),
      label: (one) => this.relabel(one),
      zoom: (steps) => this.easel.zoom(steps),
      fit: () => this.easel.fit(),
      pan: (x, y) => this.easel.pan(x * 80, y * 80),
      light: (brightness, contrast) => this.easel.light(brightness, contrast),
      done: () => this.hand.finishPath(),
    }, this.easel.lit, isReadOnly);
    this.list = new MarkList(this.say, (id) => this.chooseFromList(id), (id) => (isReadOnly ? undefined : this.drop(id)));
    this.panel = new Panel(this.say, {
      ground: (figure) => this.hand.groundOf(figure.least),
      settle: (figure, shape) => this.hand.settle(figure, shape),
      corner: (index) => {
        this.hand.corner = index;
        this.hand.choose(this.hand.chosen);
      },
      addCorner: () => this.hand.addCorner(),
      dropCorner: () => {
        if (!this.hand.dropCorner()) this.tell(this.say("no_corner"));
      },
      remove: () => this.removeChosen(),
    });
    this.className = "drawing";
    const above = isReadOnly ? [] : [this.bar.tools, this.bar.labels, this.hint];
    const stage = make("div", { class: "drawing-stage" }, ...above, this.easel.element, ...this.around, this.bar.views);
    this.replaceChildren(stage, make("div", { class: "drawing-side" }, this.list.element, this.panel.element));
  }
}
