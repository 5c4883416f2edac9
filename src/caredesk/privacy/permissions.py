"""What may be done about looks at patients, and about what was disclosed of them."""

from caredesk.kernel.permissions import declare

declare("privacy.review", "Review unusual looks at patients, and say whether they were right.")
declare("privacy.disclosures", "Record what was disclosed of a patient, and give account.")
