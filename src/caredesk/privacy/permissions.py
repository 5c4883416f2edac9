"""What may be done about looks at patients, and about what was disclosed of them."""

from caredesk.kernel.permissions import declare

declare("privacy.review", "Review unusual looks and broken glass, and say whether it was right.")
declare("privacy.disclosures", "Record what was disclosed of a patient, and give account.")
