using System.Diagnostics.Metrics;
using HaWebhook.Kubernetes.Tests;
using HaWebhook.SelfCheck;
using HaWebhook.Telemetry;
using Microsoft.Extensions.Logging;

namespace HaWebhook.Tests.SelfCheck;

/// <summary>What is told of self-checks, and how often.</summary>
public sealed class SelfCheckLogTests : IDisposable
{
    private static readonly SelfCheckResult _gone = new(SelfCheckResult.ConfigurationMissing, "it is gone");
    private static readonly SelfCheckResult _foreign = new(SelfCheckResult.ForeignAnswer, "another\nanswers");

    private readonly ManualClock _clock = new();
    private readonly LogLines _lines = new();
    private readonly LoggerFactory _loggers = new();
    private readonly SelfCheckLog _log;

    public SelfCheckLogTests()
    {
        _loggers.AddProvider(_lines);
        _log = new SelfCheckLog(new("platform", "ha-webhook", "ha-webhook-ca", "ha-webhook"), _clock, _loggers.CreateLogger<SelfCheckLog>());
    }

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public void A_change_is_told_once_and_a_failure_that_lasts_every_ten_minutes()
    {
        CheckFor(5, SelfCheckResult.Good);
        CheckFor(15, _gone);
        CheckFor(5, _foreign);
        CheckFor(5, SelfCheckResult.Good);
        CheckFor(1, _gone);
        Assert.Equal(
            [
                "Information: self-check succeeded: the API server reaches Service platform/ha-webhook and trusts its certificate",
                "Error: self-check fails since 2026-11-20 12:05:00Z (configuration-missing): it is gone",
                "Error: self-check fails since 2026-11-20 12:05:00Z (configuration-missing): it is gone",
                "Error: self-check fails since 2026-11-20 12:05:00Z (foreign-answer): another?answers",
                "Information: self-check succeeds again; it had failed since 2026-11-20 12:05:00Z",
                "Error: self-check fails since 2026-11-20 12:30:00Z (configuration-missing): it is gone",
            ],
            _lines.All);
    }

    [Fact]
    public void Metrics_say_how_the_last_check_went_and_count_each_result()
    {
        var measured = new List<string>();
        using var listener = new MeterListener();
        using var metering = new Metering();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == SelfCheckMetrics.MeterName)
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Note(instrument, $"{instrument.Name} {value}"));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, $"{instrument.Name} {value} {tags[0].Value}"));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Note(instrument, $"{instrument.Name} {value}"));
        listener.Start();
        var metrics = new SelfCheckMetrics(metering);
        measured.Clear();
        listener.RecordObservableInstruments();
        metrics.Checked(_gone, TimeSpan.FromSeconds(2));
        listener.RecordObservableInstruments();
        metrics.Checked(SelfCheckResult.Good, TimeSpan.FromSeconds(0.5));
        listener.RecordObservableInstruments();
        Assert.Equal(
            [
                "ha_webhook_self_checks_total 1 configuration-missing", "ha_webhook_self_check_duration_seconds 2", "ha_webhook_self_check_successful 0",
                "ha_webhook_self_checks_total 1 success", "ha_webhook_self_check_duration_seconds 0.5", "ha_webhook_self_check_successful 1",
            ],
            measured);

        // Other tests measure at the same time, each with a meter of its own.
        void Note(Instrument instrument, string text)
        {
            if (ReferenceEquals(instrument.Meter.Scope, metering))
            {
                lock (measured)
                {
                    measured.Add(text);
                }
            }
        }
    }

    [Fact]
    public void Every_result_has_a_name_of_its_own_and_is_there_from_the_start()
    {
        Assert.Equal(SelfCheckResult.Names.Count, SelfCheckResult.Names.Distinct().Count());
        var constants = typeof(SelfCheckResult).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(constants.Order(), SelfCheckResult.Names.Order());
    }

    /// <summary>A check each minute.</summary>
    private void CheckFor(int minutes, SelfCheckResult result)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            _log.Checked(result);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
    }
}
