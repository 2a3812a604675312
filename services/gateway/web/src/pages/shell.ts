// On every page: parts that follow what happens, forms that are sent once, taps that come twice, and menus that close.
import "htmx.org";
import { closeMenus } from "../lib/menus";
import { followPokes } from "../lib/pokes";
import { leaveSecondTaps } from "../lib/second-tap";
import { sendOnce } from "../lib/send-once";

leaveSecondTaps();
followPokes();
sendOnce();
closeMenus();
