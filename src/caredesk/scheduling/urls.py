from django.urls import path

from caredesk.scheduling.views import appointments, booking, flow, moving, restricting, taking

app_name = "scheduling"

urlpatterns = [
    path("patients/<uuid:patient>/appointments/", appointments.visits, name="visits"),
    path(
        "patients/<uuid:patient>/appointments/new/",
        booking.new_appointment,
        name="new_appointment",
    ),
    path(
        "patients/<uuid:patient>/appointments/new/time/",
        booking.new_appointment_time,
        name="new_appointment_time",
    ),
    path("appointments/<uuid:appointment>/", appointments.appointment, name="appointment"),
    path("appointments/<uuid:appointment>/steps/", flow.steps, name="steps"),
    path(
        "appointments/<uuid:appointment>/steps/<uuid:step>/retraction/",
        flow.step_retraction,
        name="step_retraction",
    ),
    path("appointments/<uuid:appointment>/times/", moving.times, name="times"),
    path("appointments/<uuid:appointment>/times/new/", moving.new_time, name="new_time"),
    path(
        "appointments/<uuid:appointment>/restrictions/",
        restricting.restrictions,
        name="restrictions",
    ),
    path("appointments/<uuid:appointment>/cancellation/", flow.cancellation, name="cancellation"),
    path(
        "appointments/<uuid:appointment>/cancellation/<uuid:cancellation>/retraction/",
        flow.cancellation_retraction,
        name="cancellation_retraction",
    ),
    path("holds/<uuid:hold>/release/", taking.release, name="release"),
]
