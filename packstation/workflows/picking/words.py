"""The English words of picking: text id -> (long, short). Merged into the one table of `workflows.texts`."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # beginning
    "do_pick_idle": ("Scan cart, list or order", ""),
    "no_walk": ("Nothing to pick for {code}.", ""),
    "walk_done": ("{work} is picked.", ""),
    "walk_planned": ("{work} is not released yet (wave {wave}). Nothing recorded.", "{work} is not released yet."),
    "walk_held": ("{work} waits: wave {wave} is on hold. Nothing recorded.", "{work}: wave {wave} is on hold."),
    "walk_closed": ("{work}: wave {wave} is closed. Nothing recorded.", "{work}: wave {wave} is closed."),
    "walk_cancelled": ("{work}: wave {wave} is cancelled. Nothing recorded.", "{work}: wave {wave} cancelled."),
    "walk_claimed": (
        "{work} is claimed by {station}. Nothing recorded. Take other work.",
        "{work} is at {station}.",
    ),
    "walk_elsewhere": (
        "{work} is being picked by {who} ({done} of {n}). Supervisor: scan badge to take it over. Nothing recorded.",
        "{work} is {who}'s ({done} of {n}).",
    ),
    "walk_take": (
        "{work} was {who}'s ({done} of {n}). Scan again to take it.",
        "{who}'s ({done}/{n}). Again: take it.",
    ),
    "walk_mine_elsewhere": (
        "You began {work} at another station. Scan again to go on here.",
        "{work}: again to go on here.",
    ),
    "walk_yours": ("{work} is yours. Scan it again.", ""),
    "walk_open": ("{work} is open. *PAUSE sets it aside.", "{work} is open."),
    "not_pickable": (
        "#{order} {state}: {reason}. Nothing recorded. Take other work.",
        "#{order} {state}.",
    ),
    "confirm_walk": ("{lines} {lines:line|lines}, {orders} {orders:order|orders}, {due}. *OK to start.", ""),
    "next_walk": (
        "Next: {work}. {lines} {lines:line|lines}, {orders} {orders:order|orders}, {due}. *OK to start.",
        "Next: {work}. {lines} {lines:line|lines}.",
    ),
    "next_count": ("Next: count {item} at {location}. Scan the location.", "Count at {location}. Scan it."),
    "slot_used": (
        "Slot {slot} holds #{order}. Take another. Nothing recorded.",
        "Slot {slot} holds #{order}. Take another.",
    ),
    "tote_used": (
        "{tote} holds #{order}. Take another. Nothing recorded.",
        "{tote} holds #{order}. Take another.",
    ),
    "tote_not_empty": (
        "{tote} is not empty. Take another. Nothing recorded.",
        "{tote} is not empty. Take another.",
    ),
    "all_have_bins": ("All orders have a bin. *OK to start.", ""),
    "slot_of_other_cart": (
        "{slot} is a slot of another cart, not of {cart}. Nothing recorded. Scan a slot of {cart}.",
        "{slot}: another cart's slot.",
    ),
    "scan_tote_for": (
        "Slot {slot}: scan the tote or order, next is #{order}.",
        "Slot {slot}: scan the tote. #{order}",
    ),
    "slot_first": ("Scan the slot first.", ""),
    "has_bin": ("#{order} is in {bin} already.", ""),
    "bin_is": ("{bin} = #{order}.", ""),
    "carton_is": ("{bin} = #{order}, box {carton}.", ""),
    "bins_first": (
        "{n} {n:order|orders} {n:has|have} no bin yet. Scan slot, then tote.",
        "{n} without a bin. Scan slot, tote.",
    ),
    "tote_first": ("Scan a tote for #{order}", ""),
    "walk_returned": ("{work} given back.", ""),
    "release_first": ("{work}: *OK starts it, *RELEASE gives it back.", ""),
    "fo_accepted": ("#{order} yours. {n} {n:unit|units}. Ready by {due}.", "#{order} yours. {n} {n:unit|units}."),
    "pick_no_accept": (
        "Only a store's associate accepts or rejects orders. Nothing recorded. Ask an associate.",
        "Only a store's associate accepts or rejects orders.",
    ),
    "fo_list": ("{n} {n:order|orders} {n:waits|wait}. Choose, or scan one.", ""),
    "do_pick_fo": ("Choose an order, or scan one", ""),
    "do_bins": ("Scan a slot, then a tote. Next: #{order}", "Slot, then tote. #{order}"),
    "do_begin": ("{work}: *OK to start", ""),
    "do_again": ("Scan again to confirm. F3 leaves", "Scan again?"),
    # the face
    "go_to": ("Go to {location}: {n} × {item}", "{location}: {n} × {item}"),
    "go_find": ("No place known: find {n} × {item}. Scan it", "Find {n} × {item}"),
    "at_face": ("{location}: {n} × {item}", ""),
    "do_unit": ("{location}: {n} × {item}. Scan it", "{location}: {n} × {item}"),
    "wrong_location": (
        "Wrong location. Go to {want}, this is {got}. Nothing recorded.",
        "Wrong. Go to {want}, this is {got}.",
    ),
    "location_first": ("Scan the location first: {location}.", ""),
    "several_here": ("Several items in {location}. Scan the item.", ""),
    "scan_the_item": ("A location counts no unit. Scan the item: {item}.", "Scan the item: {item}"),
    "picked_unit": ("{item}: {done} of {n}", ""),
    "pick_case": ("+{k} {item}: {done} of {n}", "+{k}: {done} of {n}"),
    "picked_last": ("{item}: {done} of {n}. #{order} picked. Next: {next}.", "#{order} picked. Next: {next}."),
    "pick_case_too_big": (
        "Only {left} to pick. Pack of {k}. Nothing recorded. Scan single units.",
        "Only {left} to pick. Pack of {k}.",
    ),
    "pick_qty_over": (
        "Only {left} to pick. Nothing recorded. Type fewer.",
        "Only {left} to pick. Nothing recorded.",
    ),
    "pick_qty_range": ("A quantity from 2 to 99, at a face.", "Quantity 2 to 99."),
    "pick_over": ("Only {n} to pick. Count stays {n}. Put this one back.", "Only {n} to pick. Put this one back."),
    "pick_variant": (
        "WRONG ITEM. {item}: {attribute} {got}, need {need}. Put it back. Nothing recorded.",
        "WRONG ITEM: {attribute} {got}, need {need}.",
    ),
    "pick_wrong_item": (
        "WRONG ITEM. Expected: {expected}. Got: {got}. Put it back. Nothing recorded.",
        "WRONG ITEM. Got: {got}",
    ),
    "several_lots": ("Several lots here. Scan the lot.", ""),
    "other_lot_here": (
        "Lot {lot} here, {reserved} expected. Scan again to take it.",
        "Lot {lot}, {reserved} expected. Again?",
    ),
    "do_lotchange": ("Another lot. Scan again to take it. F3 leaves", "Another lot. Again?"),
    # the bin
    "do_dest": ("{n} × {item}: put in {where}, scan it", "{n} × {item}: {where}"),
    "place_first": ("First put {n} × {item} in {where}: scan it.", "First {where}: scan it."),
    "placed": ("{n} × {item} in {where}.", ""),
    "placed_part": ("{n} of {total} in {where}. {left} left here.", ""),
    "placed_done": ("{n} × {item} in {where}. #{order} picked. Next: {next}.", "#{order} picked. Next: {next}."),
    "wrong_slot": (
        "{bin} holds #{order}. Put it in {right}. Nothing recorded.",
        "{bin} holds #{order}. Put it in {right}.",
    ),
    "not_on_walk": (
        "{bin} has no order of this walk. Put it in {right}. Nothing recorded.",
        "Put it in {right}.",
    ),
    "put_other_cart": (
        "{slot} is another cart's slot. Nothing recorded. Put it in {right}.",
        "Another cart's. Put it in {right}.",
    ),
    "no_such_bin": (
        "No such bin: {code}. Nothing recorded. Scan the right bin.",
        "No such bin: {code}. Nothing recorded.",
    ),
    "nothing_in_hand": ("Nothing in hand. Go to {location}.", ""),
    "scan_new_tote": ("Scan the new tote for #{order}.", ""),
    "scan_new_carton": ("Scan the number of the next carton for #{order}.", "Scan the next carton. #{order}"),
    "do_binfull": ("Scan the new tote. F3 leaves", "Scan the new tote"),
    "tote_added": ("Tote {tote} added to #{order}. {n} {n:tote|totes}.", "Tote {tote} added."),
    "next_carton": ("Box {no} closed. Box {carton} for #{order} open.", "Box {no} closed. Next open."),
    # skip, short, zero, undo
    "skipped": ("Skipped. It comes back at the end.", ""),
    "not_done": (
        "{n} {n:line|lines} left. Pick or *SHORT them. Nothing recorded.",
        "{n} {n:line|lines} left. Pick or *SHORT them.",
    ),
    "nothing_open": ("Nothing to pick here.", ""),
    "also_at": (
        "Also at {location} ({n} {n:pc|pcs}). *OK goes there, or choose why it is short.",
        "Also at {location} ({n}). *OK",
    ),
    "pick_preview_reroute": (
        "#{order} goes on with {ships} of {need}, the rest back to routing",
        "#{order}: {ships} of {need}, rest back to routing",
    ),
    "pick_preview_reroute_later": (
        "#{order} goes on with {ships} of {need}, the rest decided when online",
        "#{order}: {ships} of {need}, rest when online",
    ),
    "pick_preview_ship_short": ("#{order} ships {ships} of {need}", ""),
    "pick_preview_wait": ("#{order} waits with {ships} of {need}", ""),
    "pick_preview_whole": (
        "#{order} must not be split: all of it goes back to routing",
        "#{order}: all of it goes back",
    ),
    "pick_preview_none_left": (
        "Nothing of #{order} is left to ship: it goes back to routing",
        "#{order}: nothing left to ship",
    ),
    "pick_short_waits": ("{qty} × {item} short. #{order} waits for it.", "{qty} short. #{order} waits."),
    "short_whole": (
        "{qty} × {item} short. #{order} goes back whole: scan its tote to put the units back.",
        "#{order} goes back whole. Put its units back.",
    ),
    "stops_more": ("{list}; then {n} {n:line|lines} more.", ""),
    "do_zero": ("{location} empty now? 1 yes 2 no", ""),
    "answer_zero": ("Answer first: is the face empty? 1 yes 2 no", "Empty? 1 yes 2 no"),
    "zero_qty": ("How many {item} are left in {location}? Type it, Enter", "How many left? Enter"),
    "count_wanted": ("Noted. {location} will be counted.", ""),
    "undone_pick": ("Put {n} × {item} back in {location}.", ""),
    "undone_place": ("Taken back: {n} × {item} in {where}. Take it out.", "Take {n} × {item} out of {where}."),
    "undone_short": ("Taken back: the short of #{order}.", ""),
    "undone_bin": ("Taken back: the bin of #{order}.", ""),
    "undone_step": ("Taken back: the last step of #{order}.", ""),
    "pick_undo_end": (
        "Nothing more to undo here. Nothing recorded. Go on with the walk.",
        "Nothing more to undo here.",
    ),
    # pause, resume
    "paused": ("{work} paused at line {line} of {total}.", ""),
    "paused_store": ("{work} paused, {done} of {n} in bag.", ""),
    "you_were_at": ("You were at {location}, {item} {done} of {n}, {work}.", "{location}: {item} {done} of {n}"),
    "finish_walk_first": ("Finish {work}, or *PAUSE it.", ""),
    "take_up_walk": ("{work}: {done} of {n} picked by {other}. Go on as {name}? *OK", "Go on as {name}? *OK"),
    "taken_up_walk": ("{work} goes on with {name}.", ""),
    "welcome_walk": ("Welcome back {name}. {work}: {done} of {n} picked.", "Welcome back {name}."),
    # cancelled
    "do_pick_stop": ("STOP. #{order} cancelled. Put {n} {n:unit|units} back. *OK", "STOP. #{order} cancelled. *OK"),
    "pick_cancelled": (
        "#{order} cancelled. Scan its tote to put {n} {n:unit|units} back.",
        "#{order} cancelled. {n} {n:unit|units} back.",
    ),
    # the end
    "do_unload": ("{work}: scan the bench or place for the totes", "{work}: scan the bench"),
    "do_pack_here": ("{work} picked. *PACK to pack it here, or scan where it stands", "{work} picked: *PACK"),
    "scan_place": ("{tote}: scan the place.", ""),
    "tote_then_place": ("Scan tote, then place.", ""),
    "tote_unloaded": ("{tote} at {place}. {n} to go.", ""),
    "unloaded": ("{work} unloaded at {place}.", ""),
    "walk_over": ("{work} is done.", ""),
    "other_place": ("Expected {want}. Scan again to leave it here.", ""),
    "wrong_place": (
        "Expected {want}. Nothing may be left at {place}. Nothing recorded. Go to {want}.",
        "Expected {want}.",
    ),
    "a_pick_face": (
        "{place} is a pick face: no totes there. Nothing recorded. Scan a bench.",
        "{place} is a pick face. Scan a bench.",
    ),
    "not_a_drop": ("{place} is no bench or drop place. Nothing recorded. Scan a bench.", "{place} is no bench."),
    # put back and count
    "put_back": ("#{order}: put {n} {n:unit|units} back. Scan a unit", "#{order}: {n} back. Scan a unit"),
    "put_where": ("{n} × {item}: put it in {location}, scan the location.", "{item}: {location}"),
    "put_elsewhere": (
        "{item} usually lies in {want}. Scan {location} again to put it here.",
        "Usually {want}. Again?",
    ),
    "put_back_done": ("{n} × {item} back in {location}. {rest} to go.", "{n} back. {rest} to go."),
    "not_to_put_back": (
        "{item} is not of #{order}. Nothing recorded. Scan a unit of #{order}.",
        "Not of #{order}.",
    ),
    "do_putback": ("Scan a unit, then its location", ""),
    "count_unasked": (
        "No count is asked for at {location}. Scan again to count it.",
        "No count at {location}. Scan again to count.",
    ),
    "count_item": ("{location}: scan the item to count", ""),
    "count_qty": ("{location}: how many {item}? Type it, Enter", "How many {item}? Enter"),
    "count_again": ("{location}: count {item} once more. Type it, Enter", "Count once more. Enter"),
    "count_done": ("{location}: {n} × {item} counted.", ""),
    "do_count_qty": ("Type the number, Enter", ""),
    # rejecting
    "reject_lines": ("Which lines go back? 0 = all.", ""),
    "reject_reason": ("Why do they go back?", ""),
    "reject_preview": ("{n} of {total} lines go back to routing. Enter", ""),
    "rejected_lines": (
        "{n} of {total} lines of #{order} go back to routing. *OK to start.",
        "{n} of {total} go back.",
    ),
    "pause_until": ("No new orders here for how long?", ""),
    "pause_preview": (
        "{n} {n:order|orders} {n:goes|go} back, and no new ones come until {until}. Enter",
        "{n} go back. None new until {until}. Enter",
    ),
    "node_paused": (
        "{n} {n:order|orders} {n:goes|go} back. No new ones come here until {until}.",
        "{n} back. No new ones until {until}.",
    ),
    "rejected_all": ("#{order} goes back to routing.", ""),
    "do_reject": ("Choose. F3 leaves", ""),
    # panels, keys
    "panel_walk": ("{orders} {orders:order|orders}, {lines} {lines:stop|stops}", ""),
    "panel_weight": ("{kg}.{g} kg", ""),
    "panel_due": ("by {due}", ""),
    "panel_next": ("Next stops", ""),
    "panel_totes": ("To set down", ""),
    "key_skip": ("Skip", ""),
    "key_binfull": ("Bin full", ""),
    "key_pause": ("Pause", ""),
    "key_reject": ("Reject", ""),
}
