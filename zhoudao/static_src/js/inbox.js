// The workspace.

import "./list.js";
import "./canned.js";
import "./composer.js";
import "./people.js";
import "./picking.js";
import "./saved.js";
import "./lightbox.js";
import "./live.js";
