using HaWebhook.Admission;
using HaWebhook.Commands;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Serving;

/// <summary>The policy of a file, read again when the file's text changes. A bad file is refused and the last good policy stays.</summary>
internal sealed partial class FilePolicy : ICurrentPolicy, IPolledFile
{
    private readonly ServingOptions _options;
    private readonly TimeProvider _clock;
    private readonly PolicyMetrics _metrics;
    private readonly ILogger<FilePolicy> _logger;
    private volatile PolicyEvaluators _evaluators;
    private string? _lastText;
    private string? _lastComplaint;

    /// <exception cref="CommandException">There is no good policy to start with.</exception>
    public FilePolicy(ServingOptions options, TimeProvider clock, PolicyMetrics metrics, ILogger<FilePolicy> logger)
    {
        _options = options;
        _clock = clock;
        _metrics = metrics;
        _logger = logger;
        _lastText = options.PolicyFile is { } path ? PolicyLoader.ReadText(path) : null;
        _evaluators = Create(_lastText);
        _metrics.Started(_evaluators.Options);
        Log.InForce(logger, options.PolicyFile ?? "the default policy", _evaluators.Options.Mode.ToString(), _evaluators.Options.Hash);
    }

    public PolicyEvaluators Evaluators => _evaluators;

    public void Refresh()
    {
        if (_options.PolicyFile is not { } path)
        {
            return;
        }

        try
        {
            var text = PolicyLoader.ReadText(path);
            if (text == _lastText)
            {
                _lastComplaint = null;
                _metrics.Restored();
                return;
            }

            _evaluators = Create(text);
            _lastText = text;
            _lastComplaint = null;
            _metrics.Reloaded(_evaluators.Options);
            Log.InForce(_logger, path, _evaluators.Options.Mode.ToString(), _evaluators.Options.Hash);
        }
        catch (CommandException exception)
        {
            if (exception.Message != _lastComplaint)
            {
                _lastComplaint = exception.Message;
                _metrics.Refused();
                Log.Refused(_logger, string.Join("; ", exception.Lines), _evaluators.Options.Hash);
            }
        }
    }

    private PolicyEvaluators Create(string? text)
    {
        var policy = text is null ? Policy.Configuration.PolicyOptions.Default : PolicyLoader.Parse(_options.PolicyFile!, text);
        return new PolicyEvaluators(_options.Mode is { } mode ? policy.WithMode(mode) : policy, _clock);
    }

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Information, "policy in force: {Source}, mode {Mode}, hash {Hash}")]
        public static partial void InForce(ILogger logger, string source, string mode, string hash);

        [LoggerMessage(21, LogLevel.Error, "policy refused, {Hash} stays in force: {Errors}")]
        public static partial void Refused(ILogger logger, string errors, string hash);
    }
}
