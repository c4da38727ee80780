// The workspace.

import "./list.js";
import "./composer.js";
import "./people.js";
import "./live.js";
