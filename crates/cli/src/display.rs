//! The display thread: shows events of the engine. The run never waits for it.

use std::fs::File;
use std::io::Write;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use formwork_engine::TimedEvent;
use formwork_report::board::Board;
use formwork_report::log::{ConsoleLinks, Log, LogDetail};
use formwork_report::ndjson;
use formwork_report::style::ColorMode;
use tokio::sync::{mpsc, oneshot};

use crate::live_rows::LiveRows;
use crate::terminal;

/// The interval between redraws.
const TICK: Duration = Duration::from_millis(100);

/// The kind of progress display.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressMode {
    /// Live rows in a terminal.
    Board,
    /// One line for each event.
    Lines,
    /// No progress.
    None,
}

/// A running display.
#[derive(Debug)]
pub struct Display {
    control: mpsc::UnboundedSender<DisplayCommand>,
    thread: JoinHandle<()>,
}

enum DisplayCommand {
    /// Sets the header of the run.
    SetHeader(String, ConsoleLinks),
    /// Shows all pending events and removes the live rows.
    Flush(oneshot::Sender<()>),
    /// Writes a last line to the event file and keeps the live rows on the screen.
    End(Option<String>),
}

impl Display {
    /// Starts a display of `events`.
    pub fn start(
        events: mpsc::UnboundedReceiver<TimedEvent>,
        progress: ProgressMode,
        detail: LogDetail,
        color: ColorMode,
        file: Option<File>,
    ) -> Self {
        let (control, commands) = mpsc::unbounded_channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build();
            // Without a runtime nothing is displayed, but the run continues.
            if let Ok(runtime) = runtime {
                runtime.block_on(
                    DisplayState::new(progress, detail, color, file).run(events, commands),
                );
            }
        });
        Self { control, thread }
    }

    /// Sets the header of the run.
    pub fn set_header(&self, header: String, console: ConsoleLinks) {
        self.control
            .send(DisplayCommand::SetHeader(header, console))
            .ok();
    }

    /// Shows all pending events and removes the live rows, so that something else can be printed.
    pub async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        if self.control.send(DisplayCommand::Flush(done)).is_ok() {
            flushed.await.ok();
        }
    }

    /// Shows all pending events and ends the display; `last` is written to the event file.
    pub fn end(self, last: Option<String>) {
        self.control.send(DisplayCommand::End(last)).ok();
        self.thread.join().ok();
    }
}

/// The state of the display thread.
struct DisplayState {
    detail: LogDetail,
    board: Option<(Board, LiveRows)>,
    log: Option<Log>,
    color: ColorMode,
    file: Option<File>,
    started: Instant,
    /// The start of the run: planning and the user's answer do not count.
    base: Duration,
    /// True if the next event is the first one after a flush.
    is_first_event: bool,
    /// True if the live rows are visible.
    is_drawing: bool,
}

impl DisplayState {
    fn new(
        progress: ProgressMode,
        detail: LogDetail,
        color: ColorMode,
        file: Option<File>,
    ) -> Self {
        let mut state = Self {
            detail,
            board: None,
            log: None,
            color,
            file,
            started: Instant::now(),
            base: Duration::ZERO,
            is_first_event: false,
            is_drawing: false,
        };
        match progress {
            ProgressMode::Board => {
                state.board = Some((Board::new(String::new(), color), LiveRows::new()))
            }
            ProgressMode::Lines => state.log = Some(Log::new(color, ConsoleLinks::None, detail)),
            ProgressMode::None => {}
        }
        state.write(&ndjson::header_line());
        state
    }

    async fn run(
        mut self,
        mut events: mpsc::UnboundedReceiver<TimedEvent>,
        mut commands: mpsc::UnboundedReceiver<DisplayCommand>,
    ) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                command = commands.recv() => match command {
                    Some(DisplayCommand::SetHeader(header, console)) => self.set_header(header, console),
                    Some(DisplayCommand::Flush(done)) => {
                        self.drain(&mut events);
                        self.hide();
                        done.send(()).ok();
                    }
                    Some(DisplayCommand::End(last)) => {
                        self.drain(&mut events);
                        return self.end(last);
                    }
                    None => return self.end(None),
                },
                Some(event) = events.recv() => self.show_event(&event),
                _ = tick.tick() => self.tick(),
            }
        }
    }

    fn set_header(&mut self, header: String, console: ConsoleLinks) {
        if let Some((board, _)) = &mut self.board {
            *board = Board::new(header, self.color);
        } else if self.log.is_some() {
            self.log = Some(Log::new(self.color, console, self.detail));
        }
    }

    fn drain(&mut self, events: &mut mpsc::UnboundedReceiver<TimedEvent>) {
        while let Ok(event) = events.try_recv() {
            self.show_event(&event);
        }
    }

    fn show_event(&mut self, stamped: &TimedEvent) {
        self.write(&ndjson::event_line(stamped));
        if std::mem::take(&mut self.is_first_event) {
            self.base = stamped.at;
        }
        let shifted = TimedEvent {
            at: stamped.at.saturating_sub(self.base),
            event: stamped.event.clone(),
        };
        if let Some((board, _)) = &mut self.board {
            board.apply(&shifted);
            self.is_drawing = true;
        }
        if let Some(line) = self.log.as_mut().and_then(|log| log.line(&shifted)) {
            terminal::print_message(&line);
        }
    }

    fn now(&self) -> Duration {
        self.started.elapsed().saturating_sub(self.base)
    }

    fn tick(&mut self) {
        let now = self.now();
        if let Some(line) = self.log.as_mut().and_then(|log| log.heartbeat(now)) {
            terminal::print_message(&line);
        }
        self.draw();
    }

    fn draw(&mut self) {
        let now = self.now();
        if let Some((board, live_rows)) = self.board.as_mut().filter(|_| self.is_drawing) {
            let rows = board.rows(now, live_rows.window());
            live_rows.draw(&rows);
        }
    }

    fn hide(&mut self) {
        self.is_drawing = false;
        self.is_first_event = true;
        if let Some((_, live_rows)) = &mut self.board {
            live_rows.clear();
        }
    }

    fn end(mut self, last: Option<String>) {
        if let Some(last) = last {
            self.write(&last);
        }
        self.draw();
        if let Some((_, live_rows)) = self.board {
            live_rows.finish();
        }
    }

    /// Writes a line to the event file. After the first error, a message is printed and nothing more is written.
    fn write(&mut self, line: &str) {
        let Some(file) = &mut self.file else { return };
        if let Err(error) = file.write_all(line.as_bytes()) {
            self.file = None;
            terminal::print_message(&format!(
                "! cannot write the event file any longer: {error}\n"
            ));
        }
    }
}
