using HaWebhook.Commands;

return await CommandLine.RunAsync(args);

/// <summary>The entry point. Public so that a test host can find this assembly.</summary>
public partial class Program;
