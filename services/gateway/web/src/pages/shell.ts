// On every page: parts that follow what happens, forms that are sent once, and menus that close.
import "htmx.org";
import { closeMenus } from "../lib/menus";
import { followPokes } from "../lib/pokes";
import { sendOnce } from "../lib/send-once";

followPokes();
sendOnce();
closeMenus();
