// On pages of which no part follows what happens (the bench): forms that are sent once, taps that come twice, and menus that
// close. The rest of the shell would only weigh.
import { closeMenus } from "../lib/menus";
import { leaveSecondTaps } from "../lib/second-tap";
import { sendOnce } from "../lib/send-once";

leaveSecondTaps();
sendOnce();
closeMenus();
