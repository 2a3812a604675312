// One item with every answer, or what a job will ask before it is saved.
import { type DrawnData, drawWhenNear } from "../bench/drawn";
import type { Texts } from "../bench/model";
import { letKeysWork } from "../bench/trial";
import { Words } from "../bench/words";

interface ItemData extends DrawnData {
  readonly language: string;
  readonly texts: Texts;
}

const data = JSON.parse(document.getElementById("item-data")?.textContent ?? "null") as ItemData | null;
const list = document.querySelector<HTMLElement>("[data-item-view]");
if (data !== null && list !== null) drawWhenNear(list, data, new Words(data.texts, data.language));

const [preview, question] = [document.getElementById("preview"), data?.questions[0]];
if (data?.open && preview !== null && question !== undefined) letKeysWork(preview, question);
